-- A portal's file in layout 4: the one of layout 3, with changes counted, and without its identity.
BEGIN TRANSACTION;
CREATE TABLE aid_requests (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    organization TEXT NOT NULL,
    submitted_to TEXT NOT NULL,
    submitted_at TEXT NOT NULL,
    person_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    read_at TEXT
);
INSERT INTO "aid_requests" VALUES(1,'3cd9e690dd54b811','0212212343','0212212343','2024-09-21T10:00:00+01:00','2eda31b885e1e15d','Hulp bij het betalen van de energierekening','2024-09-22T10:00:00+01:00');
INSERT INTO "aid_requests" VALUES(5,'81e6e17d55d552f3','0212214026','0212214026','2024-09-21T10:00:00+01:00','b934c56b27e78bd7','Hulp bij het betalen van de energierekening','2024-09-22T10:00:00+01:00');
INSERT INTO "aid_requests" VALUES(9,'755aa700c135136a','0212218182','0212218182','2024-09-21T10:00:00+01:00','4e0c801919956adf','Schuldbemiddeling','2024-09-22T10:00:00+01:00');
CREATE TABLE assertions (client_id TEXT NOT NULL, jti TEXT NOT NULL, expires INTEGER NOT NULL,
    PRIMARY KEY (client_id, jti)) WITHOUT ROWID;
CREATE TABLE box_files (
    seq INTEGER PRIMARY KEY,
    organization TEXT NOT NULL,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,      -- mutations, novaPrima
    content BLOB NOT NULL,
    received_at TEXT NOT NULL,
    fetched_at TEXT,
    UNIQUE (organization, account, name)
);
CREATE TABLE changes (organization TEXT NOT NULL, part TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (organization, part)) WITHOUT ROWID;
CREATE TABLE clients (client_id TEXT PRIMARY KEY, public_key TEXT NOT NULL, scopes TEXT) WITHOUT ROWID;
CREATE TABLE documents (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    organization TEXT NOT NULL,
    kind TEXT NOT NULL,
    sender TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    received_at TEXT NOT NULL,
    read_at TEXT
);
INSERT INTO "documents" VALUES(1,'dd8c2e76158c3a79','0212212343','message','RSZ','Bericht 1','Bericht om te oefenen.','2022-03-28T10:00:00+01:00','2022-03-29T10:00:00+01:00');
INSERT INTO "documents" VALUES(159,'a7ab43558d8eba59','0212214026','message','RSZ','Bericht 1','Bericht om te oefenen.','2022-11-29T10:00:00+01:00','2022-11-30T10:00:00+01:00');
INSERT INTO "documents" VALUES(276,'9dffb787b4d732d8','0212218182','message','RSZ','Bericht 1','Bericht om te oefenen.','2021-10-11T10:00:00+01:00','2021-10-12T10:00:00+01:00');
CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    due_at TEXT NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    done INTEGER NOT NULL DEFAULT 0
);
INSERT INTO "events" VALUES(3,'2025-01-01T00:00:00+01:00','activation','{"enterpriseNumber": "1010784738", "name": "OCMW Pajottegem", "nisCode": "23106"}',0);
INSERT INTO "events" VALUES(4,'2025-01-01T06:00:00+01:00','accessCopy','{"to": "1010784738", "from": ["0212212343", "0212214026", "0212218182"]}',0);
INSERT INTO "events" VALUES(5,'2025-01-01T00:00:00+01:00','merger','{"to": "1010784738", "from": ["0212212343", "0212214026", "0212218182"]}',0);
INSERT INTO "events" VALUES(6,'2025-01-01T00:00:00+01:00','relinking','{"to": "1010784738", "from": ["0212212343", "0212214026", "0212218182"]}',0);
INSERT INTO "events" VALUES(7,'2024-12-16T07:00:00+01:00','day','{}',0);
CREATE TABLE faults (id INTEGER PRIMARY KEY, rule TEXT NOT NULL, met INTEGER NOT NULL DEFAULT 0,
    made INTEGER NOT NULL DEFAULT 0);
CREATE TABLE forms (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    organization TEXT NOT NULL,
    kind TEXT NOT NULL,      -- form, attestation
    quality_code TEXT NOT NULL,
    person_id TEXT NOT NULL,
    reference TEXT NOT NULL, -- the dossier's number in the centre's software
    start_date TEXT NOT NULL,
    end_date TEXT,           -- NULL: it is running
    status TEXT NOT NULL CHECK (status = CASE WHEN end_date IS NULL THEN 'running' ELSE 'stopped' END),
    locked_until TEXT,       -- a date before which nothing of it can be changed
    predecessor TEXT,        -- the form that this one continues, at the number that it was under before
    successor TEXT,          -- the form that continues this one; the same link from its other end
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
, planned_end TEXT, stopped_for TEXT);
INSERT INTO "forms" VALUES(1,'b66e44edf9990fae','0212212343','form','1','08fa8b5dee138f01','2023-00001','2023-08-21',NULL,'running',NULL,NULL,NULL,'portal','2024-10-01T09:00:00+01:00','2024-10-01T09:00:00+01:00',NULL,NULL);
INSERT INTO "forms" VALUES(31,'4549f843b7ef884f','0212212343','form','4','96a384e4d6660f44','2024-00031','2024-07-20','2024-09-30','stopped',NULL,NULL,NULL,'portal','2024-10-01T09:00:00+01:00','2024-10-01T09:00:00+01:00',NULL,NULL);
INSERT INTO "forms" VALUES(34,'fc71244bf47ac84e','0212212343','attestation','2','08fa8b5dee138f01','2022-00001','2022-12-25',NULL,'running',NULL,NULL,NULL,'portal','2024-10-01T09:00:00+01:00','2024-10-01T09:00:00+01:00',NULL,NULL);
INSERT INTO "forms" VALUES(42,'f010131280a1a1cb','0212214026','form','1','b3ee8f9dbe375b1a','2023-00001','2023-05-23',NULL,'running',NULL,NULL,NULL,'portal','2024-10-01T09:00:00+01:00','2024-10-01T09:00:00+01:00',NULL,NULL);
INSERT INTO "forms" VALUES(72,'7688bae3daeb2ad8','0212214026','form','4','bae94f6e287351db','2023-00031','2023-08-14','2024-09-30','stopped',NULL,NULL,NULL,'portal','2024-10-01T09:00:00+01:00','2024-10-01T09:00:00+01:00',NULL,NULL);
INSERT INTO "forms" VALUES(75,'7b2a639fa6e19527','0212214026','attestation','2','b3ee8f9dbe375b1a','2023-00001','2023-01-06',NULL,'running',NULL,NULL,NULL,'portal','2024-10-01T09:00:00+01:00','2024-10-01T09:00:00+01:00',NULL,NULL);
INSERT INTO "forms" VALUES(83,'d0ee50dc12a2b8bb','0212218182','form','1','1bd3da7e799f2473','2022-00001','2022-01-30',NULL,'running',NULL,NULL,NULL,'portal','2024-10-01T09:00:00+01:00','2024-10-01T09:00:00+01:00',NULL,NULL);
INSERT INTO "forms" VALUES(113,'1a7b665457893c91','0212218182','form','4','a4e2557e0c180832','2023-00031','2023-05-22','2024-09-30','stopped',NULL,NULL,NULL,'portal','2024-10-01T09:00:00+01:00','2024-10-01T09:00:00+01:00',NULL,NULL);
INSERT INTO "forms" VALUES(116,'2a53314e65ef5d13','0212218182','attestation','2','1bd3da7e799f2473','2022-00001','2022-11-24',NULL,'running',NULL,NULL,NULL,'portal','2024-10-01T09:00:00+01:00','2024-10-01T09:00:00+01:00',NULL,NULL);
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    acting_for TEXT,
    client TEXT,
    status INTEGER NOT NULL,
    fault TEXT
, person TEXT, outcome INTEGER);
INSERT INTO "journal" VALUES(1,'2024-12-15T09:00:00+01:00','PUT','/REST/accessManagement/v1/organizations/0212212343/chiefAccessManagers','0212212343','rehearsal',200,NULL,NULL,200);
CREATE TABLE mails (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    organization TEXT NOT NULL,
    recipient TEXT NOT NULL,
    kind TEXT NOT NULL,      -- newRequest, unreadReminder
    subject TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('clock','2024-12-15T09:00:00+01:00');
INSERT INTO "meta" VALUES('sequence:aidRequest','12');
INSERT INTO "meta" VALUES('sequence:document','461');
INSERT INTO "meta" VALUES('sequence:etag','576');
INSERT INTO "meta" VALUES('sequence:form','123');
INSERT INTO "meta" VALUES('sequence:person','375');
INSERT INTO "meta" VALUES('sequence:user','181');
CREATE TABLE mutations (
    seq INTEGER PRIMARY KEY,
    sent_at TEXT NOT NULL,
    organization TEXT NOT NULL,
    type TEXT NOT NULL,
    person_id TEXT NOT NULL,
    outcome TEXT NOT NULL    -- delivered, unticked, noChannel
);
CREATE TABLE organizations (
    enterprise_number TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    nis_code TEXT NOT NULL,
    active_from TEXT,        -- a date; NULL: since before the rehearsal
    status TEXT NOT NULL,    -- active, inactive
    copied_on TEXT,          -- the date of the RSZ's copy
    awaits_copy INTEGER NOT NULL DEFAULT 0
, merged_into TEXT, merged_on TEXT, nis_since TEXT) WITHOUT ROWID;
INSERT INTO "organizations" VALUES('0212212343','OCMW Galmaarden','23023',NULL,'active',NULL,0,NULL,NULL,NULL);
INSERT INTO "organizations" VALUES('0212214026','OCMW Gooik','23024',NULL,'active',NULL,0,NULL,NULL,NULL);
INSERT INTO "organizations" VALUES('0212218182','OCMW Herne','23032',NULL,'active',NULL,0,NULL,NULL,NULL);
INSERT INTO "organizations" VALUES('1010784738','OCMW Pajottegem','23106','2025-01-01','inactive',NULL,1,NULL,NULL,NULL);
CREATE TABLE persons (person_id TEXT PRIMARY KEY, ssin TEXT NOT NULL UNIQUE) WITHOUT ROWID;
INSERT INTO "persons" VALUES('031157ff8dfee3d6','01112290319');
INSERT INTO "persons" VALUES('08fa8b5dee138f01','63121692205');
INSERT INTO "persons" VALUES('0d0f8864ee5c622d','72021440423');
INSERT INTO "persons" VALUES('0fbc43af4460eb13','62083002149');
INSERT INTO "persons" VALUES('1030c6b1119aa4e6','75092558017');
INSERT INTO "persons" VALUES('104341ac63aa58a0','63071269130');
INSERT INTO "persons" VALUES('128bc54bb606c45b','69122704893');
INSERT INTO "persons" VALUES('1704dc6a93dd8b36','87011759847');
INSERT INTO "persons" VALUES('192ec29332398c82','03020536180');
INSERT INTO "persons" VALUES('1bd3da7e799f2473','72071261207');
INSERT INTO "persons" VALUES('1d7a6cfd73f8f8b9','87060629932');
INSERT INTO "persons" VALUES('20a5b474f13bb0f2','73082217278');
INSERT INTO "persons" VALUES('212d5053e293cc24','86021818726');
INSERT INTO "persons" VALUES('21f5e3c75783a528','84121011476');
INSERT INTO "persons" VALUES('243f5e4f176b8533','85030232662');
INSERT INTO "persons" VALUES('277a32ee5aff65d0','00020543144');
INSERT INTO "persons" VALUES('29b228014c67ce78','86100616279');
INSERT INTO "persons" VALUES('2bd7e7aeee00ff72','76091018114');
INSERT INTO "persons" VALUES('2c8882c458e20361','99120959735');
INSERT INTO "persons" VALUES('2d7d43b5f40de0e7','80040746563');
INSERT INTO "persons" VALUES('2db9d876d12d8a60','69011656226');
INSERT INTO "persons" VALUES('3618105ea28268e1','03061062978');
INSERT INTO "persons" VALUES('370a35583badf0cb','93100645233');
INSERT INTO "persons" VALUES('3abcf6208ebfc53f','00092667493');
INSERT INTO "persons" VALUES('3e2dfcb34740a797','67071456286');
INSERT INTO "persons" VALUES('3fc7099b6dfe6a80','78071220456');
INSERT INTO "persons" VALUES('45a7e55287da03f9','94011606974');
INSERT INTO "persons" VALUES('4ad73903334b3009','79092980646');
INSERT INTO "persons" VALUES('4b6190e2ac6a3740','72112846293');
INSERT INTO "persons" VALUES('510942885f57ed80','98070162594');
INSERT INTO "persons" VALUES('51be6e4dcd8df5bc','86092643770');
INSERT INTO "persons" VALUES('52a028af9943a1c3','88012683150');
INSERT INTO "persons" VALUES('52f565bb41032353','84070454284');
INSERT INTO "persons" VALUES('56dfd82ee0ece897','69090857221');
INSERT INTO "persons" VALUES('56eb3dc24d63ccfb','79012782828');
INSERT INTO "persons" VALUES('6572d93883158080','01031377372');
INSERT INTO "persons" VALUES('665f71f08ad13a34','91051058294');
INSERT INTO "persons" VALUES('714480b30071e9a3','82120979661');
INSERT INTO "persons" VALUES('73711fe9f57145f0','89101040966');
INSERT INTO "persons" VALUES('73955499f1610639','01042685889');
INSERT INTO "persons" VALUES('7695f43329a25eb4','78100364305');
INSERT INTO "persons" VALUES('77c9dbf6056f870a','72081082456');
INSERT INTO "persons" VALUES('795a222771961df0','98070552277');
INSERT INTO "persons" VALUES('7b46467715e10c95','99012152558');
INSERT INTO "persons" VALUES('7b4ca387c54c6b72','64041804016');
INSERT INTO "persons" VALUES('7c0bea74e2ff8a0e','98053176807');
INSERT INTO "persons" VALUES('7c971f6b5baa7746','87082084748');
INSERT INTO "persons" VALUES('7ffee7757e3b2a4a','92121860496');
INSERT INTO "persons" VALUES('8320f96816c840f9','79071057458');
INSERT INTO "persons" VALUES('842a1bc239a18119','90022446639');
INSERT INTO "persons" VALUES('868cba7762b2d767','86080415931');
INSERT INTO "persons" VALUES('873304045e955497','88032658222');
INSERT INTO "persons" VALUES('895b281833a87b63','61081457947');
INSERT INTO "persons" VALUES('8a83553391616047','71051429931');
INSERT INTO "persons" VALUES('8db3dad5a97017b9','71120213027');
INSERT INTO "persons" VALUES('90e0134c76d9e5a6','69031006835');
INSERT INTO "persons" VALUES('91c2f246cb431f7c','92083049016');
INSERT INTO "persons" VALUES('925197bc378754d9','79030449496');
INSERT INTO "persons" VALUES('9397add1a39135ac','84070339567');
INSERT INTO "persons" VALUES('96a384e4d6660f44','76100199460');
INSERT INTO "persons" VALUES('96e12b8212936734','96051678708');
INSERT INTO "persons" VALUES('979e6df4f941f8f0','92081062593');
INSERT INTO "persons" VALUES('9fbbd77a91883a2f','99050645524');
INSERT INTO "persons" VALUES('a4e2557e0c180832','87073139863');
INSERT INTO "persons" VALUES('a5ff93cabf15d4d3','72102189557');
INSERT INTO "persons" VALUES('af4f11bae5e2393b','85090102151');
INSERT INTO "persons" VALUES('b08abc9c3be69d14','93022831041');
INSERT INTO "persons" VALUES('b3ee8f9dbe375b1a','63092329315');
INSERT INTO "persons" VALUES('b6be0ce8e2b96713','84060168623');
INSERT INTO "persons" VALUES('b6e114addee13700','95110261638');
INSERT INTO "persons" VALUES('ba841b9d874f5e6e','71050969675');
INSERT INTO "persons" VALUES('bae94f6e287351db','99071018987');
INSERT INTO "persons" VALUES('bc273566fc3d090e','86092366727');
INSERT INTO "persons" VALUES('bc96e612a7fa56af','87111150995');
INSERT INTO "persons" VALUES('bcbd21aa5bfffd20','81062405201');
INSERT INTO "persons" VALUES('bfd16345ac5bd72c','80082686393');
INSERT INTO "persons" VALUES('c42f8aba388d437e','92110893954');
INSERT INTO "persons" VALUES('c522209bfaa898b9','64030131847');
INSERT INTO "persons" VALUES('c741c9f39c0ab295','88032777689');
INSERT INTO "persons" VALUES('c93d98e04c53b92b','74052685452');
INSERT INTO "persons" VALUES('caa3a8b66dff9ad4','72031223367');
INSERT INTO "persons" VALUES('cb68809e1b43ef32','72030796369');
INSERT INTO "persons" VALUES('d7ca86c72712ab0a','03040884010');
INSERT INTO "persons" VALUES('d7f91d6116d8f4d4','79081349059');
INSERT INTO "persons" VALUES('d864c30c456dccbe','69052356436');
INSERT INTO "persons" VALUES('dbdfd4a131825f34','97021976339');
INSERT INTO "persons" VALUES('dd2799da659a108b','99120457909');
INSERT INTO "persons" VALUES('de563a05930c64b0','61101353241');
INSERT INTO "persons" VALUES('dfd8c0845250e8a9','95070432646');
INSERT INTO "persons" VALUES('e09a99b7220cb4b1','85020644411');
INSERT INTO "persons" VALUES('e0a4cc04f9773304','68090804344');
INSERT INTO "persons" VALUES('e12ec329021dd298','00050928096');
INSERT INTO "persons" VALUES('e52c778d99267e89','94061946808');
INSERT INTO "persons" VALUES('e6df5b45128c691c','65071903236');
INSERT INTO "persons" VALUES('e85e92e0d0e59b43','74042608934');
INSERT INTO "persons" VALUES('e86c3d1186aa37f5','94081238128');
INSERT INTO "persons" VALUES('ec37b87e7edda8ad','67083194870');
INSERT INTO "persons" VALUES('efd660ee6e880d59','84042934196');
INSERT INTO "persons" VALUES('f0ee5bb13394a6f7','64061514416');
INSERT INTO "persons" VALUES('f1c4a604c5e461e4','68090220760');
INSERT INTO "persons" VALUES('f2a3ed8732409a0c','69080307777');
INSERT INTO "persons" VALUES('f2bf9d75f7de1827','87052750562');
INSERT INTO "persons" VALUES('f9fba9f4a0734ec7','02093045639');
INSERT INTO "persons" VALUES('fb94742de57f41cf','00010676462');
INSERT INTO "persons" VALUES('fbd9873ed4c28bb4','01030711636');
INSERT INTO "persons" VALUES('fbfe8c0022cf16a5','70050839990');
INSERT INTO "persons" VALUES('fd779cd88a0b2d72','61090893275');
INSERT INTO "persons" VALUES('fec08c755f924b53','60022063143');
INSERT INTO "persons" VALUES('ff161ea3c7a116e5','88030371990');
CREATE TABLE resources (
    seq INTEGER PRIMARY KEY,
    organization TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    natural_key TEXT,        -- unique among its kind where `key` is the portal's own (a user's person)
    body TEXT NOT NULL,
    secret TEXT,             -- a password's hash; never part of an answer
    etag INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    UNIQUE (organization, kind, key),
    UNIQUE (organization, kind, natural_key)
);
INSERT INTO "resources" VALUES(68,'0212212343','chiefAccessManagers','',NULL,'{"chiefAccessManagers":[{"ssin":"84121011476"}]}',NULL,68,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(69,'0212212343','accessManagers/maatschappelijkWelzijn','',NULL,'{"accessManager":{"ssin":"62083002149"},"coAccessManagers":[{"ssin":"69090857221"}]}',NULL,69,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(70,'0212212343','users/maatschappelijkWelzijn','d7436db19aa7ade4','868cba7762b2d767','{"ssin":"86080415931","applications":["Uniek verslag"],"roles":[],"blocked":true}',NULL,70,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(71,'0212212343','users/maatschappelijkWelzijn','516de4aca3e0e689','e6df5b45128c691c','{"ssin":"65071903236","applications":["Uniek verslag"],"roles":["Raadpleger"],"blocked":false}',NULL,71,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(72,'0212212343','users/maatschappelijkWelzijn','d302d171cb6f98a9','3e2dfcb34740a797','{"ssin":"67071456286","applications":["ChaMan - Technisch kanaalbeheer"],"roles":["Raadpleger"],"blocked":false}',NULL,72,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(73,'0212212343','accessManagers/woonzorg','',NULL,'{"accessManager":{"ssin":"88030371990"},"coAccessManagers":[]}',NULL,73,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(74,'0212212343','users/woonzorg','0082eb924e71d519','8a83553391616047','{"ssin":"71051429931","applications":["Uniek verslag"],"roles":[],"blocked":false}',NULL,74,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(75,'0212212343','users/woonzorg','6d30f887d5af2f96','128bc54bb606c45b','{"ssin":"69122704893","applications":["Integraties raadplegen","OCMW Online - Hulpaanvragen"],"roles":["Dossierbeheerder"],"blocked":false}',NULL,75,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(76,'0212212343','sender','',NULL,'{"name":"ICT-dienst OCMW Galmaarden","phone":"+3283460692","email":"ict@ocmw-galmaarden.example","language":"nl"}',NULL,76,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(77,'0212212343','certificate','galmaarden-ftp.cer',NULL,'{"usage":"ftp","subject":"CN=OCMW Galmaarden","issuer":"CN=Rehearsal Certification Authority","notBefore":"2024-01-15T00:00:00+01:00","notAfter":"2027-01-14T00:00:00+01:00","keyType":"P-384","signatureAlgorithm":"SHA-384","selfSigned":false,"sha256":"c8f00dc37eda64da3ad78c8df6107799c8c06c8ac7a8a0b5d5f0050e9080fbbc"}',NULL,77,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(78,'0212212343','certificate','dossiermeester-0212212343.cer',NULL,'{"usage":"rest","subject":"CN=dossiermeester","issuer":"CN=dossiermeester","notBefore":"2024-01-15T00:00:00+01:00","notAfter":"2027-01-14T00:00:00+01:00","keyType":"P-384","signatureAlgorithm":"SHA-384","selfSigned":true,"sha256":"eb03739c8a12ca3f969cbc2d80381cab72f8f625b965158e961b280829f98d49"}',NULL,78,'dossiermeester','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(79,'0212212343','ftpAccount','FTP Galmaarden',NULL,'{"type":"FTP","username":"galmaard26","authorizations":["mutations","attestations","integrations","novaPrimaStatements"],"certificate":"galmaarden-ftp.cer","passwordChangedAt":"2023-03-01T09:00:00+01:00"}','scrypt$36b4d7d9dbc6f063a54556184ff6e429$8a77c4cb4348b4d2477269c807dc77bef6908f72b35b0457dbbaeb6ca326605e9b78abaad77b88441365bd8bb4f72bbbcff23f44d9d65ff03ead2f93b12af1b2',79,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(80,'0212212343','delegationRequest','OCMW Online',NULL,'{"authorizations":["ocmwOnlineRequestsRead","ocmwOnlineRequestsUpdate","ocmwOnlineDocumentsRead"],"supplier":"dossiermeester","status":"accepted","requestedOn":"2023-02-20","decidedOn":"2023-03-01"}',NULL,80,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(81,'0212212343','restAccount','OCMW Online',NULL,'{"authorizations":["ocmwOnlineRequestsRead","ocmwOnlineRequestsUpdate","ocmwOnlineDocumentsRead"],"certificate":"dossiermeester-0212212343.cer","supplier":"dossiermeester","management":"external"}',NULL,81,'dossiermeester','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(82,'0212212343','mutations','',NULL,'{"receive":["householdComposition","civilStatus","nationality","death","name","legalCohabitation","ssinReplacement","personnelFile","independentActivity"]}',NULL,82,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(83,'0212212343','technicalProviders','',NULL,'{"network":"eigenBeheer","socialFile":{"supplier":"dossiermeester","product":"Meester Welzijn"},"contacts":[{"name":"Helpdesk Dossiermeester (fictief)","phone":"+3283460692","email":"helpdesk@dossiermeester.example"}]}',NULL,83,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(84,'0212212343','contactDetails','',NULL,'{"street":{"nl":"Marktplein 23","fr":"Marktplein 23","de":"Marktplein 23"},"city":{"nl":"Galmaarden","fr":"Galmaarden","de":"Galmaarden"},"postcode":"1570","phone":"+3283460692","email":"info@ocmw-galmaarden.example","website":"https://www.ocmw-galmaarden.example"}',NULL,84,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(85,'0212212343','ocmwOnline','',NULL,'{"newRequests":{"enabled":true,"email":"info@ocmw-galmaarden.example"},"unreadReminders":{"enabled":true,"email":"info@ocmw-galmaarden.example","delayDays":2,"frequencyDays":1}}',NULL,85,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(86,'0212212343','box','',NULL,'{"status":"open","documents":158,"unread":7}',NULL,86,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(87,'0212214026','chiefAccessManagers','',NULL,'{"chiefAccessManagers":[{"ssin":"93100645233"}]}',NULL,87,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(88,'0212214026','accessManagers/maatschappelijkWelzijn','',NULL,'{"accessManager":{"ssin":"01030711636"},"coAccessManagers":[]}',NULL,88,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(89,'0212214026','users/maatschappelijkWelzijn','a10ef97f7bcdaf13','1704dc6a93dd8b36','{"ssin":"87011759847","applications":["OCMW Online - Hulpaanvragen","E-Box Onderneming"],"roles":[],"blocked":false}',NULL,89,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(90,'0212214026','users/maatschappelijkWelzijn','ec60d2fb836700e3','3618105ea28268e1','{"ssin":"03061062978","applications":["Uniek verslag","E-Box Onderneming"],"roles":[],"blocked":false}',NULL,90,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(91,'0212214026','users/maatschappelijkWelzijn','9baf7f1dea032467','51be6e4dcd8df5bc','{"ssin":"86092643770","applications":["ChaMan - Technisch kanaalbeheer"],"roles":["Raadpleger"],"blocked":false}',NULL,91,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(92,'0212214026','users/maatschappelijkWelzijn','22a4f3ee98e2f774','b08abc9c3be69d14','{"ssin":"93022831041","applications":["ChaMan - Technisch kanaalbeheer"],"roles":["Raadpleger"],"blocked":false}',NULL,92,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(93,'0212214026','accessManagers/woonzorg','',NULL,'{"accessManager":{"ssin":"87111150995"},"coAccessManagers":[]}',NULL,93,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(94,'0212214026','users/woonzorg','58baa2d47901e98b','1d7a6cfd73f8f8b9','{"ssin":"87060629932","applications":["Uniek verslag"],"roles":["Raadpleger"],"blocked":false}',NULL,94,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(95,'0212214026','users/woonzorg','92c91005bc3d6409','91c2f246cb431f7c','{"ssin":"92083049016","applications":["E-Box Onderneming"],"roles":["Dossierbeheerder"],"blocked":false}',NULL,95,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(96,'0212214026','sender','',NULL,'{"name":"ICT-dienst OCMW Gooik","phone":"+3243265312","email":"ict@ocmw-gooik.example","language":"nl"}',NULL,96,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(97,'0212214026','certificate','gooik-ftp.cer',NULL,'{"usage":"ftp","subject":"CN=OCMW Gooik","issuer":"CN=Rehearsal Certification Authority","notBefore":"2024-01-15T00:00:00+01:00","notAfter":"2027-01-14T00:00:00+01:00","keyType":"P-384","signatureAlgorithm":"SHA-384","selfSigned":false,"sha256":"5e1c58917d3c4eeac5f33fb3b3c1edd4725c71ed653aacbf9a7724f1781e7755"}',NULL,97,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(98,'0212214026','certificate','welzijnsware-0212214026.cer',NULL,'{"usage":"rest","subject":"CN=welzijnsware","issuer":"CN=welzijnsware","notBefore":"2024-01-15T00:00:00+01:00","notAfter":"2027-01-14T00:00:00+01:00","keyType":"P-384","signatureAlgorithm":"SHA-384","selfSigned":true,"sha256":"ba4f880104ea895d42e6fd9ef40d3e7771bfc5cf7d091a9b5eb27ecbd38ffd6b"}',NULL,98,'welzijnsware','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(99,'0212214026','ftpAccount','FTP Gooik',NULL,'{"type":"FTP","username":"gooik34","authorizations":["mutations","attestations","integrations","novaPrimaStatements"],"certificate":"gooik-ftp.cer","passwordChangedAt":"2023-03-01T09:00:00+01:00"}','scrypt$36b4d7d9dbc6f063a54556184ff6e429$8a77c4cb4348b4d2477269c807dc77bef6908f72b35b0457dbbaeb6ca326605e9b78abaad77b88441365bd8bb4f72bbbcff23f44d9d65ff03ead2f93b12af1b2',99,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(100,'0212214026','delegationRequest','OCMW Online',NULL,'{"authorizations":["ocmwOnlineRequestsRead","ocmwOnlineRequestsUpdate","ocmwOnlineDocumentsRead"],"supplier":"welzijnsware","status":"accepted","requestedOn":"2023-02-20","decidedOn":"2023-03-01"}',NULL,100,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(101,'0212214026','restAccount','OCMW Online',NULL,'{"authorizations":["ocmwOnlineRequestsRead","ocmwOnlineRequestsUpdate","ocmwOnlineDocumentsRead"],"certificate":"welzijnsware-0212214026.cer","supplier":"welzijnsware","management":"external"}',NULL,101,'welzijnsware','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(102,'0212214026','mutations','',NULL,'{"receive":["address","householdComposition","civilStatus","nationality","death","name","legalCohabitation","personnelFile","independentActivity"]}',NULL,102,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(103,'0212214026','technicalProviders','',NULL,'{"network":"zorgring","socialFile":{"supplier":"welzijnsware","product":"Welzijnsware 7"},"contacts":[{"name":"Helpdesk Welzijnsware (fictief)","phone":"+3243265312","email":"helpdesk@welzijnsware.example"}]}',NULL,103,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(104,'0212214026','contactDetails','',NULL,'{"street":{"nl":"Dorpsplein 35","fr":"Dorpsplein 35","de":"Dorpsplein 35"},"city":{"nl":"Gooik","fr":"Gooik","de":"Gooik"},"postcode":"1755","phone":"+3243265312","email":"info@ocmw-gooik.example","website":"https://www.ocmw-gooik.example"}',NULL,104,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(105,'0212214026','ocmwOnline','',NULL,'{"newRequests":{"enabled":true,"email":"info@ocmw-gooik.example"},"unreadReminders":{"enabled":true,"email":"info@ocmw-gooik.example","delayDays":2,"frequencyDays":1}}',NULL,105,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(106,'0212214026','box','',NULL,'{"status":"open","documents":117,"unread":4}',NULL,106,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(107,'0212218182','chiefAccessManagers','',NULL,'{"chiefAccessManagers":[{"ssin":"64061514416"}]}',NULL,107,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(108,'0212218182','accessManagers/maatschappelijkWelzijn','',NULL,'{"accessManager":{"ssin":"99050645524"},"coAccessManagers":[{"ssin":"61090893275"}]}',NULL,108,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(109,'0212218182','users/maatschappelijkWelzijn','9d47682be9896bb5','fbfe8c0022cf16a5','{"ssin":"70050839990","applications":["ChaMan - Technisch kanaalbeheer","E-Box Onderneming"],"roles":[],"blocked":false}',NULL,109,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(110,'0212218182','users/maatschappelijkWelzijn','cb4104ef914c9758','f2a3ed8732409a0c','{"ssin":"69080307777","applications":["Uniek verslag"],"roles":["Dossierbeheerder"],"blocked":false}',NULL,110,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(111,'0212218182','users/maatschappelijkWelzijn','03624ec205bbf547','6572d93883158080','{"ssin":"01031377372","applications":["Uniek verslag"],"roles":[],"blocked":false}',NULL,111,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(112,'0212218182','users/maatschappelijkWelzijn','8d7cb716c9296bb8','031157ff8dfee3d6','{"ssin":"01112290319","applications":["Uniek verslag"],"roles":["Raadpleger"],"blocked":false}',NULL,112,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(113,'0212218182','accessManagers/woonzorg','',NULL,'{"accessManager":{"ssin":"96051678708"},"coAccessManagers":[]}',NULL,113,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(114,'0212218182','users/woonzorg','aab729f93114a884','2d7d43b5f40de0e7','{"ssin":"80040746563","applications":["ChaMan - Technisch kanaalbeheer"],"roles":["Raadpleger"],"blocked":false}',NULL,114,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(115,'0212218182','users/woonzorg','579a73be2803e93f','cb68809e1b43ef32','{"ssin":"72030796369","applications":["ChaMan - Technisch kanaalbeheer"],"roles":["Dossierbeheerder"],"blocked":false}',NULL,115,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(116,'0212218182','sender','',NULL,'{"name":"ICT-dienst OCMW Herne","phone":"+3233015837","email":"ict@ocmw-herne.example","language":"nl"}',NULL,116,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(117,'0212218182','certificate','herne-ftp.cer',NULL,'{"usage":"ftp","subject":"CN=OCMW Herne","issuer":"CN=Rehearsal Certification Authority","notBefore":"2024-01-15T00:00:00+01:00","notAfter":"2027-01-14T00:00:00+01:00","keyType":"P-384","signatureAlgorithm":"SHA-384","selfSigned":false,"sha256":"d0b96edfd35542d0582e8df882447550a0a2bf0f5f3055616f4dec4af76381af"}',NULL,117,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(118,'0212218182','certificate','dossiermeester-0212218182.cer',NULL,'{"usage":"rest","subject":"CN=dossiermeester","issuer":"CN=dossiermeester","notBefore":"2024-01-15T00:00:00+01:00","notAfter":"2027-01-14T00:00:00+01:00","keyType":"P-384","signatureAlgorithm":"SHA-384","selfSigned":true,"sha256":"8107ba9c8bd58a9b477db08b7c0aafa059bc7b6960c1da4d38fb414b266408ae"}',NULL,118,'dossiermeester','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(119,'0212218182','ftpAccount','FTP Herne',NULL,'{"type":"FTP","username":"herne53","authorizations":["mutations","attestations","integrations","novaPrimaStatements"],"certificate":"herne-ftp.cer","passwordChangedAt":"2023-03-01T09:00:00+01:00"}','scrypt$36b4d7d9dbc6f063a54556184ff6e429$8a77c4cb4348b4d2477269c807dc77bef6908f72b35b0457dbbaeb6ca326605e9b78abaad77b88441365bd8bb4f72bbbcff23f44d9d65ff03ead2f93b12af1b2',119,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(120,'0212218182','delegationRequest','OCMW Online',NULL,'{"authorizations":["ocmwOnlineRequestsRead","ocmwOnlineRequestsUpdate","ocmwOnlineDocumentsRead"],"supplier":"dossiermeester","status":"accepted","requestedOn":"2023-02-20","decidedOn":"2023-03-01"}',NULL,120,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(121,'0212218182','restAccount','OCMW Online',NULL,'{"authorizations":["ocmwOnlineRequestsRead","ocmwOnlineRequestsUpdate","ocmwOnlineDocumentsRead"],"certificate":"dossiermeester-0212218182.cer","supplier":"dossiermeester","management":"external"}',NULL,121,'dossiermeester','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(122,'0212218182','mutations','',NULL,'{"receive":["householdComposition","civilStatus","nationality","death","name","legalCohabitation","ssinReplacement","personnelFile","independentActivity"]}',NULL,122,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(123,'0212218182','technicalProviders','',NULL,'{"network":"eigenBeheer","socialFile":{"supplier":"dossiermeester","product":"Meester Welzijn"},"contacts":[{"name":"Helpdesk Dossiermeester (fictief)","phone":"+3233015837","email":"helpdesk@dossiermeester.example"}]}',NULL,123,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(124,'0212218182','contactDetails','',NULL,'{"street":{"nl":"Marktplein 59","fr":"Marktplein 59","de":"Marktplein 59"},"city":{"nl":"Herne","fr":"Herne","de":"Herne"},"postcode":"1540","phone":"+3233015837","email":"info@ocmw-herne.example","website":"https://www.ocmw-herne.example"}',NULL,124,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(125,'0212218182','ocmwOnline','',NULL,'{"newRequests":{"enabled":true,"email":"info@ocmw-herne.example"},"unreadReminders":{"enabled":true,"email":"info@ocmw-herne.example","delayDays":3,"frequencyDays":1}}',NULL,125,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
INSERT INTO "resources" VALUES(126,'0212218182','box','',NULL,'{"status":"open","documents":186,"unread":19}',NULL,126,'portal','2023-03-01T09:00:00+01:00','2023-03-01T09:00:00+01:00');
CREATE TABLE tokens (digest TEXT PRIMARY KEY, client_id TEXT NOT NULL, acting_for TEXT, person_id TEXT,
    scopes TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE usernames (username TEXT PRIMARY KEY COLLATE NOCASE, organization TEXT NOT NULL, account TEXT NOT NULL)
    WITHOUT ROWID;
INSERT INTO "usernames" VALUES('galmaard26','0212212343','FTP Galmaarden');
INSERT INTO "usernames" VALUES('gooik34','0212214026','FTP Gooik');
INSERT INTO "usernames" VALUES('herne53','0212218182','FTP Herne');
CREATE UNIQUE INDEX forms_continued ON forms (predecessor) WHERE predecessor IS NOT NULL;
CREATE INDEX forms_listed ON forms (organization, kind, status);
CREATE INDEX forms_of_quality ON forms (organization, kind, quality_code, status);
CREATE INDEX forms_of_person ON forms (organization, kind, person_id, quality_code, start_date, end_date);
CREATE INDEX forms_left ON forms (organization, kind, end_date, quality_code)
    WHERE end_date IS NOT NULL AND successor IS NULL;
CREATE INDEX forms_to_stop ON forms (organization, kind, quality_code, start_date, locked_until)
    WHERE end_date IS NULL;
CREATE INDEX forms_to_enter ON forms (organization, kind, end_date)
    WHERE end_date IS NOT NULL AND successor IS NULL;
CREATE INDEX documents_listed ON documents (organization, seq);
CREATE INDEX mutations_listed ON mutations (organization, seq);
CREATE INDEX aid_requests_listed ON aid_requests (organization, seq);
CREATE INDEX aid_requests_unread ON aid_requests (organization, seq) WHERE read_at IS NULL;
CREATE TRIGGER organizations_insert AFTER INSERT ON organizations BEGIN INSERT INTO changes VALUES (NEW.enterprise_number, '', 1) ON CONFLICT (organization, part) DO UPDATE SET count = count + 1; END;
CREATE TRIGGER organizations_update AFTER UPDATE ON organizations BEGIN INSERT INTO changes VALUES (OLD.enterprise_number, '', 1) ON CONFLICT (organization, part) DO UPDATE SET count = count + 1; INSERT INTO changes VALUES (NEW.enterprise_number, '', 1) ON CONFLICT (organization, part) DO UPDATE SET count = count + 1; END;
CREATE TRIGGER organizations_delete AFTER DELETE ON organizations BEGIN INSERT INTO changes VALUES (OLD.enterprise_number, '', 1) ON CONFLICT (organization, part) DO UPDATE SET count = count + 1; END;
CREATE TRIGGER resources_insert AFTER INSERT ON resources BEGIN INSERT INTO changes VALUES (NEW.organization, NEW.kind, 1) ON CONFLICT (organization, part) DO UPDATE SET count = count + 1; END;
CREATE TRIGGER resources_update AFTER UPDATE ON resources BEGIN INSERT INTO changes VALUES (OLD.organization, OLD.kind, 1) ON CONFLICT (organization, part) DO UPDATE SET count = count + 1; INSERT INTO changes VALUES (NEW.organization, NEW.kind, 1) ON CONFLICT (organization, part) DO UPDATE SET count = count + 1; END;
CREATE TRIGGER resources_delete AFTER DELETE ON resources BEGIN INSERT INTO changes VALUES (OLD.organization, OLD.kind, 1) ON CONFLICT (organization, part) DO UPDATE SET count = count + 1; END;
CREATE TRIGGER forms_insert AFTER INSERT ON forms BEGIN INSERT INTO changes VALUES (NEW.organization, 'forms', 1) ON CONFLICT (organization, part) DO UPDATE SET count = count + 1; END;
CREATE TRIGGER forms_update AFTER UPDATE ON forms BEGIN INSERT INTO changes VALUES (OLD.organization, 'forms', 1) ON CONFLICT (organization, part) DO UPDATE SET count = count + 1; INSERT INTO changes VALUES (NEW.organization, 'forms', 1) ON CONFLICT (organization, part) DO UPDATE SET count = count + 1; END;
CREATE TRIGGER forms_delete AFTER DELETE ON forms BEGIN INSERT INTO changes VALUES (OLD.organization, 'forms', 1) ON CONFLICT (organization, part) DO UPDATE SET count = count + 1; END;
CREATE TRIGGER documents_insert AFTER INSERT ON documents BEGIN INSERT INTO changes VALUES (NEW.organization, 'documents', 1) ON CONFLICT (organization, part) DO UPDATE SET count = count + 1; END;
CREATE TRIGGER documents_update AFTER UPDATE ON documents BEGIN INSERT INTO changes VALUES (OLD.organization, 'documents', 1) ON CONFLICT (organization, part) DO UPDATE SET count = count + 1; INSERT INTO changes VALUES (NEW.organization, 'documents', 1) ON CONFLICT (organization, part) DO UPDATE SET count = count + 1; END;
CREATE TRIGGER documents_delete AFTER DELETE ON documents BEGIN INSERT INTO changes VALUES (OLD.organization, 'documents', 1) ON CONFLICT (organization, part) DO UPDATE SET count = count + 1; END;
CREATE TRIGGER aid_requests_insert AFTER INSERT ON aid_requests BEGIN INSERT INTO changes VALUES (NEW.organization, 'aidRequests', 1) ON CONFLICT (organization, part) DO UPDATE SET count = count + 1; END;
CREATE TRIGGER aid_requests_update AFTER UPDATE ON aid_requests BEGIN INSERT INTO changes VALUES (OLD.organization, 'aidRequests', 1) ON CONFLICT (organization, part) DO UPDATE SET count = count + 1; INSERT INTO changes VALUES (NEW.organization, 'aidRequests', 1) ON CONFLICT (organization, part) DO UPDATE SET count = count + 1; END;
CREATE TRIGGER aid_requests_delete AFTER DELETE ON aid_requests BEGIN INSERT INTO changes VALUES (OLD.organization, 'aidRequests', 1) ON CONFLICT (organization, part) DO UPDATE SET count = count + 1; END;
COMMIT;
PRAGMA user_version = 4;

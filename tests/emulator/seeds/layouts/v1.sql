-- A portal's file in layout 1 (2024-12-15; Pajottegem and its three centres), as the emulator of version 0.1 made it.
BEGIN TRANSACTION;
CREATE TABLE assertions (client_id TEXT NOT NULL, jti TEXT NOT NULL, expires INTEGER NOT NULL,
    PRIMARY KEY (client_id, jti)) WITHOUT ROWID;
CREATE TABLE clients (client_id TEXT PRIMARY KEY, public_key TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    due_at TEXT NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    done INTEGER NOT NULL DEFAULT 0
);
INSERT INTO "events" VALUES(3,'2025-01-01T00:00:00+01:00','activation','{"enterpriseNumber": "1010784738", "name": "OCMW Pajottegem", "nisCode": "23106"}',0);
INSERT INTO "events" VALUES(4,'2025-01-01T06:00:00+01:00','accessCopy','{"to": "1010784738", "from": ["0212212343", "0212214026", "0212218182"]}',0);
CREATE TABLE faults (id INTEGER PRIMARY KEY, rule TEXT NOT NULL, met INTEGER NOT NULL DEFAULT 0,
    made INTEGER NOT NULL DEFAULT 0);
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    acting_for TEXT,
    client TEXT,
    status INTEGER NOT NULL,
    fault TEXT
);
INSERT INTO "journal" VALUES(1,'2024-12-15T09:00:00+01:00','PUT','/REST/accessManagement/v1/organizations/0212212343/chiefAccessManagers','0212212343','rehearsal',200,NULL);
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('clock','2024-12-15T09:00:00+01:00');
INSERT INTO "meta" VALUES('sequence:etag','576');
INSERT INTO "meta" VALUES('sequence:person','273');
INSERT INTO "meta" VALUES('sequence:user','181');
CREATE TABLE organizations (
    enterprise_number TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    nis_code TEXT NOT NULL,
    active_from TEXT,        -- a date; NULL: since before the rehearsal
    status TEXT NOT NULL,    -- active, inactive
    copied_on TEXT,          -- the date of the RSZ's copy
    awaits_copy INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
INSERT INTO "organizations" VALUES('0212212343','OCMW Galmaarden','23023',NULL,'active',NULL,0);
INSERT INTO "organizations" VALUES('0212214026','OCMW Gooik','23024',NULL,'active',NULL,0);
INSERT INTO "organizations" VALUES('0212218182','OCMW Herne','23032',NULL,'active',NULL,0);
INSERT INTO "organizations" VALUES('1010784738','OCMW Pajottegem','23106','2025-01-01','inactive',NULL,1);
CREATE TABLE persons (person_id TEXT PRIMARY KEY, ssin TEXT NOT NULL UNIQUE) WITHOUT ROWID;
INSERT INTO "persons" VALUES('031157ff8dfee3d6','01112290319');
INSERT INTO "persons" VALUES('0fbc43af4460eb13','62083002149');
INSERT INTO "persons" VALUES('128bc54bb606c45b','69122704893');
INSERT INTO "persons" VALUES('1704dc6a93dd8b36','87011759847');
INSERT INTO "persons" VALUES('1d7a6cfd73f8f8b9','87060629932');
INSERT INTO "persons" VALUES('21f5e3c75783a528','84121011476');
INSERT INTO "persons" VALUES('2d7d43b5f40de0e7','80040746563');
INSERT INTO "persons" VALUES('3618105ea28268e1','03061062978');
INSERT INTO "persons" VALUES('370a35583badf0cb','93100645233');
INSERT INTO "persons" VALUES('3e2dfcb34740a797','67071456286');
INSERT INTO "persons" VALUES('51be6e4dcd8df5bc','86092643770');
INSERT INTO "persons" VALUES('56dfd82ee0ece897','69090857221');
INSERT INTO "persons" VALUES('6572d93883158080','01031377372');
INSERT INTO "persons" VALUES('868cba7762b2d767','86080415931');
INSERT INTO "persons" VALUES('8a83553391616047','71051429931');
INSERT INTO "persons" VALUES('91c2f246cb431f7c','92083049016');
INSERT INTO "persons" VALUES('96e12b8212936734','96051678708');
INSERT INTO "persons" VALUES('9fbbd77a91883a2f','99050645524');
INSERT INTO "persons" VALUES('b08abc9c3be69d14','93022831041');
INSERT INTO "persons" VALUES('bc96e612a7fa56af','87111150995');
INSERT INTO "persons" VALUES('cb68809e1b43ef32','72030796369');
INSERT INTO "persons" VALUES('e6df5b45128c691c','65071903236');
INSERT INTO "persons" VALUES('f0ee5bb13394a6f7','64061514416');
INSERT INTO "persons" VALUES('f2a3ed8732409a0c','69080307777');
INSERT INTO "persons" VALUES('fbd9873ed4c28bb4','01030711636');
INSERT INTO "persons" VALUES('fbfe8c0022cf16a5','70050839990');
INSERT INTO "persons" VALUES('fd779cd88a0b2d72','61090893275');
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
CREATE TABLE tokens (digest TEXT PRIMARY KEY, client_id TEXT NOT NULL, acting_for TEXT NOT NULL,
    expires INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE usernames (username TEXT PRIMARY KEY COLLATE NOCASE, organization TEXT NOT NULL, account TEXT NOT NULL)
    WITHOUT ROWID;
INSERT INTO "usernames" VALUES('galmaard26','0212212343','FTP Galmaarden');
INSERT INTO "usernames" VALUES('gooik34','0212214026','FTP Gooik');
INSERT INTO "usernames" VALUES('herne53','0212218182','FTP Herne');
COMMIT;
PRAGMA user_version = 1;

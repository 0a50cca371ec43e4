"""Which resources a fusion has (R01–R05, R22–R24, R39), for every declaration that ships."""

from __future__ import annotations

import base64
import hashlib
from typing import NotRequired, get_origin, get_type_hints

import pytest

from providers import access, chaman, configuration, dossiers, retained
from providers.base import KeptResource
from providers.declared_people import DeclaredPeople
from providers.pending_work import PendingWork
from providers.resource import PortalResource
from schemas.reference import reference
from schemas.systems import Application
from stacks.planned import Planned
from tests.stacks.conftest import FUSIONS, NAMES, PASSWORD, Planning, edited, planning, shipped

SCENARIO_1 = [name for name in NAMES if shipped(name).fusion.scenario == 1]
SCENARIOS_2_AND_3 = [name for name in NAMES if name not in SCENARIO_1]
CHANNELS: tuple[type[PortalResource], ...] = (
    chaman.SenderContact,
    chaman.Certificate,
    chaman.FtpAccount,
    chaman.RestAccount,
)
SCREENS: tuple[type[PortalResource], ...] = tuple(
    kind
    for kind in vars(configuration).values()
    if isinstance(kind, type) and issubclass(kind, PortalResource) and kind is not PortalResource
)
every_fusion = pytest.mark.parametrize("name", NAMES)


def of(planned: list[Planned], *resources: type) -> list[Planned]:
    return [item for item in planned if item.resource in resources]


def kinds_at(planning: Planning, kbo: str) -> set[str]:
    return {item.props["kind"] for item in planning.at(kbo) if issubclass(item.resource, retained.Retained)}


def test_the_thirteen_fusions_of_the_manual_are_planned() -> None:
    """R01."""
    assert len(NAMES) == 13
    assert {shipped(name).fusion.scenario for name in NAMES} == {1, 2, 3}


@pytest.mark.parametrize("name", SCENARIO_1)
def test_scenario_1_sets_up_the_new_number_and_no_other(name: str) -> None:
    """R03: access, an FTP account, a REST account, mutations, technical providers, contact details, OCMW Online."""
    planned = shipped(name)
    new = planned.fusion.ocmw.kbo
    for resource in (*CHANNELS, *SCREENS):
        assert {item.centre.kbo for item in of(planned.resources, resource)} == {new}, resource
    assert of(planned.at(new), access.ChiefAccessManagers)
    assert of(planned.at(new), access.AccessManagers)
    assert {item.centre.role for item in planned.at(new)} == {"merged"}


@pytest.mark.parametrize("name", SCENARIOS_2_AND_3)
def test_scenarios_2_and_3_do_nothing_in_chaman_and_configuration(name: str) -> None:
    """R04."""
    planned = shipped(name)
    assert not of(planned.resources, *CHANNELS, *SCREENS)
    assert {item.centre.role for item in planned.at(planned.fusion.ocmw.kbo)} <= {"keeping"}


@every_fusion
def test_everything_else_of_a_disappearing_centre_is_retained(name: str) -> None:
    """R05, R22, R39: every kind, also where the declaration manages access there: it may leave parts as they are."""
    planned = shipped(name)
    assert planned.fusion.disappearing
    for centre in planned.fusion.disappearing:
        assert kinds_at(planned, centre.kbo) == set(retained.KINDS)


@every_fusion
def test_at_a_disappearing_centre_nothing_but_access_is_written(name: str) -> None:
    """R23, R24 are the exception; and what is written or retained there, destroy leaves."""
    planned = shipped(name)
    for item in planned.at(*(centre.kbo for centre in planned.fusion.disappearing)):
        assert item.centre.role == "disappearing"
        # By the plan or by its class: decided once.
        assert item.kept_on_destroy != issubclass(item.resource, KeptResource)
        if issubclass(item.resource, PortalResource):
            assert item.group == Application.ACCESS
            assert next(c.access for c in planned.fusion.disappearing if c.kbo == item.centre.kbo)


@every_fusion
def test_nothing_is_retained_or_kept_at_the_merged_centre(name: str) -> None:
    planned = shipped(name)
    for item in planned.at(planned.fusion.ocmw.kbo):
        # A form that was stopped stays stopped; what is pending, and what only remembers, stands for nothing there.
        stands_for_nothing = issubclass(item.resource, PendingWork | DeclaredPeople)
        if item.group != Application.INTEGRATIONS and not stands_for_nothing:
            assert issubclass(item.resource, PortalResource)
            assert not item.kept_on_destroy


@every_fusion
def test_no_resource_is_outside_the_fusion(name: str) -> None:
    fusion = shipped(name).fusion
    numbers = {fusion.ocmw.kbo, *(centre.kbo for centre in fusion.merging)}
    assert {item.centre.kbo for item in shipped(name).resources} <= numbers
    assert all(item.props["organization"] == item.centre.kbo for item in shipped(name).resources)


@every_fusion
def test_names_are_unique_and_what_others_wait_for_comes_first(name: str) -> None:
    seen: set[str] = set()
    for item in shipped(name).resources:
        assert item.name not in seen
        assert set(item.after) <= seen
        seen.add(item.name)


@every_fusion
def test_the_same_declaration_is_the_same_plan(name: str) -> None:
    assert edited(name).resources == edited(name).resources == shipped(name).resources


@every_fusion
def test_what_nobody_may_see_is_marked_secret(name: str) -> None:
    """No INSZ and no password in an input that is not; their e-mail addresses go with them."""
    planned = shipped(name)
    persons = [planned.secrets.person(key) for key in planned.secrets.people()]
    for item in planned.resources:
        shown = str({key: value for key, value in item.props.items() if key not in item.secrets})
        assert PASSWORD not in shown
        assert not [person for person in persons if person.insz in shown or str(person.email) in shown]
        assert item.secrets <= item.props.keys()
        expected = {"ssin", "people", "password"} & item.props.keys()
        assert expected <= item.secrets


@every_fusion
def test_everybody_who_is_declared_is_planned_and_left_to_their_resource(name: str) -> None:
    """R19; whom the declaration manages at a disappearing centre, the retained users leave out."""
    planned = shipped(name)
    declared = [(planned.fusion.ocmw.kbo, planned.fusion.access)] if planned.fusion.access else []
    declared += [(centre.kbo, centre.access) for centre in planned.fusion.disappearing if centre.access]
    for kbo, declared_access in declared:
        persons = {
            (code, user.person)
            for code, domain in declared_access.domains.items()
            for user in domain.users or ()
        }
        users = of(planned.at(kbo), access.User)
        assert {(user.props["domain"], user.props["person"]) for user in users} == persons
        for retained_users in of(planned.at(kbo), retained.RetainedUsers):
            managed = {f"{user.props['domain']}/{user.props['ssin']}": managed_fields(user) for user in users}
            managed |= {f"{code}/*": ["*"] for code in declared_access.domains if declared_access.clean_up}
            assert retained_users.props["managed"] == managed
            assert retained_users.secrets == {"managed"}
        for retained_managers in of(planned.at(kbo), retained.RetainedAccessManagers):
            named = {
                item.props["domain"]: managed_fields(item)
                for item in of(planned.at(kbo), access.AccessManagers)
            }
            assert retained_managers.props["managed"] == named
            assert retained_managers.secrets == {"people"}


def managed_fields(item: Planned) -> list[str]:
    """The fields about access that a planned resource declares."""
    assert issubclass(item.resource, PortalResource)
    fields = [name for name in item.resource.provider_class.fields if name not in ("people", "ssin")]
    return [name for name in fields if item.props[name] is not None]


@every_fusion
def test_systems_are_the_manuals_chapters(name: str) -> None:
    chapters = {
        "access": {Application.ACCESS},
        "cleanup": {Application.ACCESS},
        "declared_people": {Application.ACCESS},
        "chaman": {Application.CHAMAN},
        "configuration": {Application.CONFIGURATION},
        "retained": {Application.ACCESS, Application.CHAMAN, Application.CONFIGURATION, Application.E_BOX},
        "review": {Application.RETAINED},
        "unique_report": {Application.RETAINED, Application.REPORTS},
        "online_requests": {Application.RETAINED},
        "access_copy": {Application.ACCESS},
        "dossiers": {Application.INTEGRATIONS},
    }
    for item in shipped(name).resources:
        assert item.group in chapters[item.resource.__module__.rpartition(".")[2]]


def test_the_channels_come_in_the_manuals_order() -> None:
    """R28, R29, R37: the sender first, the certificate before the account that needs it."""
    planned = shipped("pajottegem")
    order = [
        item.name
        for item in planned.resources
        if item.group == Application.CHAMAN and item.centre.role == "merged"
    ]
    assert order == [
        "pajottegem-sender",
        "pajottegem-ftp-certificate",
        "pajottegem-ftp-account",
        "pajottegem-rest-account",
    ]
    assert planned.named("pajottegem-ftp-account").after == (
        "pajottegem-sender",
        "pajottegem-ftp-certificate",
    )
    assert planned.named("pajottegem-rest-account").after == ("pajottegem-sender",)


def test_the_certificate_is_its_file() -> None:
    props = shipped("pajottegem").named("pajottegem-ftp-certificate").props
    assert (props["fileName"], props["usage"]) == ("pajottegem-ftp.cer", "ftp")
    assert hashlib.sha256(base64.b64decode(props["content"])).hexdigest() == props["sha256"]
    assert shipped("pajottegem").named("pajottegem-ftp-account").props["certificate"] == "pajottegem-ftp.cer"


def test_mutations_are_ticks_for_every_type_there_is() -> None:
    """R48: one that is unticked shows by its name; a type that is not declared is unticked, not left out."""
    ticked = shipped("pajottegem").named("pajottegem-mutations").props["ticked"]
    assert list(ticked) == reference().codes("mutationTypes")
    assert [code for code, on in ticked.items() if not on] == ["personnelFile"]


def test_one_value_for_all_languages_is_three() -> None:
    """R53."""
    props = shipped("pajottegem").named("pajottegem-contact-details").props
    assert props["city"] == {"nl": "Pajottegem", "fr": "Pajottegem", "de": "Pajottegem"}
    assert props["street"]["de"] == "Ninover Straße 116"


def test_delegated_management_names_the_supplier_and_no_certificate() -> None:
    """R34, R38."""
    props = shipped("pajottegem").named("pajottegem-rest-account").props
    assert props["supplier"] == "socius"
    assert "certificate" not in props


def test_a_certificate_of_ones_own_for_rest_is_uploaded_first() -> None:
    """R37."""
    own = "own: {certificate: certificates/nazareth-de-pinte-ftp.cer}"
    planned = edited("pajottegem", ("external: {supplier: socius}", own))
    account = planned.named("pajottegem-rest-account")
    assert account.props["certificate"] == "nazareth-de-pinte-ftp.cer"
    assert "supplier" not in account.props
    assert account.after == ("pajottegem-sender", "pajottegem-rest-certificate")
    assert planned.named("pajottegem-rest-certificate").props["usage"] == "rest"


def test_a_supplier_is_asked_again_with_a_date() -> None:
    """R36."""
    again = "external: {supplier: socius, askedAgainOn: 2025-02-04}"
    planned = edited("pajottegem", ("external: {supplier: socius}", again))
    assert planned.named("pajottegem-rest-account").props["askedAgainOn"] == "2025-02-04"


def test_what_is_said_of_people_and_what_is_not() -> None:
    """R17, R19: `none` is nobody, absent is as it is."""
    planned = shipped("pajottegem")
    managers = "{}-maatschappelijkWelzijn-access-managers"
    assert planned.named(managers.format("gooik")).props["coAccessManagers"] == []
    assert (
        planned.named("pajottegem-werkgeverSocialeZekerheid-access-managers").props["coAccessManagers"]
        is None
    )
    lea = planned.named("pajottegem-maatschappelijkWelzijn-lea.goossens").props
    assert (lea["roles"], lea["applications"], lea["blocked"]) == (None, ["Uniek verslag"], True)


def test_access_managers_come_with_their_data() -> None:
    """R16."""
    props = shipped("pajottegem").named("pajottegem-maatschappelijkWelzijn-access-managers").props
    assert set(props["people"]) == {"jan.janssens", "an.claes", "sofie.wouters"}
    assert props["people"]["an.claes"]["email"] == "an.claes@ocmw.example"


def test_an_absent_section_is_untouched() -> None:
    fusion = shipped("lochristi").fusion.model_copy(update={"access": None, "dossiers": None})
    left = planning(fusion, FUSIONS).at(fusion.ocmw.kbo)
    assert [item.name for item in left] == [
        "lochristi-declared-people",
        "lochristi-access-copy",
        "lochristi-unique-report",
    ]  # only asked about


@every_fusion
def test_dossiers_of_the_right_centres_go_on_under_the_right_number(name: str) -> None:
    """R07: scenario 1, every centre. R08: scenario 2, every centre, the keeper too. R09: scenario 3, not the keeper."""
    planned = shipped(name)
    fusion = planned.fusion
    expected = {
        (centre.kbo, kind)
        for centre in fusion.merging
        if fusion.scenario != 3 or centre.kbo != fusion.ocmw.kbo
        for kind in (dossiers.FORMS, dossiers.ATTESTATIONS)
    }
    found = of(planned.resources, dossiers.RunningForms) + of(planned.resources, dossiers.Attestations)
    assert {(item.props["organization"], item.props["kind"]) for item in found} == expected
    assert {item.props["successor"] for item in found} == {fusion.ocmw.kbo}
    assert all(issubclass(item.resource, KeptResource) for item in found)


def test_titles_are_what_people_call_things() -> None:
    planned = shipped("pajottegem")
    titles = {item.name: item.title for item in planned.resources}
    assert titles["pajottegem-rest-account"] == "REST account OCMW Online"
    assert titles["herne-retained-ftpAccounts"] == "FTP accounts"
    assert titles["herne-maatschappelijkWelzijn-hilde.jacobs"] == "user maatschappelijkWelzijn hilde.jacobs"
    assert titles["pajottegem-sender"] == "sender contact"


def test_every_resource_gets_the_inputs_that_it_says() -> None:
    """Those of its `TypedDict`: mypy sees where they are made, and this that they belong to that resource."""
    for name in NAMES:
        for item in shipped(name).resources:
            declared = get_type_hints(item.resource.inputs, include_extras=True)
            required = {name for name, hint in declared.items() if get_origin(hint) is not NotRequired}
            assert required <= item.props.keys() <= declared.keys(), item.name


def test_the_inputs_of_a_resource_hold_what_its_provider_compares() -> None:
    for name in NAMES:
        for item in shipped(name).resources:
            if issubclass(item.resource, PortalResource):
                provider, inputs = item.resource.provider_class, get_type_hints(item.resource.inputs)
                assert {*provider.keys, *provider.fields} <= inputs.keys()


def test_the_plan_fits_the_providers() -> None:
    """Every compared field that a provider knows is one that the plan can give, and the other way round."""
    for name in NAMES:
        for item in shipped(name).resources:
            if not issubclass(item.resource, PortalResource):
                continue
            provider = item.resource.provider_class
            known = {*provider.keys, *provider.fields, "people", "content", "supplier", "handover"}
            known |= {
                "subject",
                "notBefore",
                "notAfter",
                "takesEffect",
            }  # of a certificate, shown or judged by
            known |= {"centre", "exceptions"}  # of mutations, for what a safety rule says
            assert item.props.keys() <= known, item.name
            assert set(provider.keys) <= item.props.keys(), item.name

"""The setting `portalUrl`: spelt in one way, and a slip in it is one sentence with the file and the way out."""

import pytest

from providers.settings import settings_from, sftp_settings_from
from schemas.errors import SettingError

FILE = "stacks/Pulumi.pajottegem.yaml"


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("HTTP://LOCALHOST:8090", "http://localhost:8090"),
        ("https://Portal.Example:443/", "https://portal.example"),
        ("http://portal.example:80/gateway/", "http://portal.example/gateway"),
        (" https://portal.example ", "https://portal.example"),
        ("http://[0:0::1]:8090", "http://[::1]:8090"),
        ("https://münchen.example", "https://xn--mnchen-3ya.example"),
    ],
)
def test_a_url_is_spelt_in_one_way(written: str, used: str) -> None:
    """What is signed for the portal names its address, and has to be the portal's own spelling."""
    assert settings_from({"portalUrl": written}.get).base_url == used


@pytest.mark.parametrize("written", ["HTTP://LOCALHOST:8090", "http://[0:0:0:0:0:0:0:1]"])
def test_this_machine_is_known_however_it_is_spelt(written: str) -> None:
    assert settings_from({"portalUrl": written}.get).on_this_machine


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("http://[::1:8090", "in brackets"),
        ("http://[::1]x:8090", "in brackets"),
        ("http://127.0.0.1:809O", "809O is no port"),
        ("http://127.0.0.1:99999", "99999 is no port"),
        ("127.0.0.1:8090", "such as http://127.0.0.1:8090"),
        ("portal.example", "such as https://portal.example"),
        ("embeded", "did you mean `embedded`?"),
        ("Embedded", "did you mean `embedded`?"),
        ("http:/portal.example", "begins with http:// or https://"),
        ("ftp://portal.example", "begins with http:// or https://"),
        ("https://", "no host"),
        ("https://portal.example?x=1", "with ? or #"),
        ("https://portal.example#top", "with ? or #"),
        ("https://portal example", "no spaces"),
        ("https://us:Zomer/2025@portal.example", "signs in with its key"),
        ("https://portal.example?key=Zomer2025", "with ? or #"),
        ("us:Zomer2025@portal.example", "begins with http:// or https://"),
    ],
)
def test_a_slip_is_one_sentence_with_its_file(written: str, said: str) -> None:
    with pytest.raises(SettingError) as caught:
        settings_from({"portalUrl": written}.get, FILE)
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"{FILE}: fusion:portalUrl is ")
    assert "Zomer" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("seconds", ["soon", "-1", "nan", "inf", "1e9"])
def test_a_deadline_is_a_number_of_seconds(seconds: str) -> None:
    with pytest.raises(SettingError, match="fusion:deadlineSeconds is"):
        settings_from({"deadlineSeconds": seconds}.get)


@pytest.mark.parametrize("port", ["abc", "nan", "inf", "-1", "22.5", "65536"])
def test_a_port_is_a_whole_number(port: str) -> None:
    with pytest.raises(SettingError, match=r"fusion:sftpPort is .*: a whole number, from 0 to 65535"):
        settings_from({"sftpPort": port}.get)


@pytest.mark.parametrize("port", ["0", "22", "65535"])
def test_a_port_is_taken_as_it_is(port: str) -> None:
    portal = settings_from({"sftpPort": port, "portalUrl": "http://localhost"}.get)
    assert sftp_settings_from({"sftpPort": port}.get, portal).port == int(port)


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(SettingError) as caught:
        settings_from({"portalUrl": "embeded", "deadlineSeconds": "soon"}.get, FILE)
    assert str(caught.value).count(FILE) == 2

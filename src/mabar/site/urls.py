"""Which address leads to which door."""

from importlib.util import find_spec

from allauth.account import views as account
from allauth.mfa.totp import views as totp
from csp.decorators import csp_update
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from mabar.base import languages
from mabar.site import look, pages_home, pages_search
from mabar.site.api import api

# Of allauth's pages only these: accounts are made at the desk, and a node knows no mail addresses.
sign_in = [
    path("", account.login, name="account_login"),
    path("out/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("password/first/", account.password_set, name="account_set_password"),
    # The picture of the secret is a data: address; no other page may show one.
    path("factors/totp/activate/", csp_update({"img-src": "data:"})(totp.activate_totp), name="mfa_activate_totp"),
    path("factors/", include("allauth.mfa.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages_home.home, name="home"),
    path("search/", pages_search.find, name="search"),
    path("sign-in/", include(sign_in)),
    path("language/", languages.choose, name="choose_language"),
    path("api/1/", api.urls),
]

if settings.NODE.is_demo:
    urlpatterns += [
        path("look/", look.page, name="look"),
        path("look/wall/", look.wall, name="look_wall"),
        path("look/paper/", look.paper, name="look_paper"),
    ]

PACKAGES = (
    *("transit", "assistance", "origin", "vehicles", "duties"),
    *("declarations", "crossings", "exchange", "base"),
)
packages = [name for name in PACKAGES if find_spec(f"mabar.{name}.urls")]
urlpatterns += [path("", include(f"mabar.{name}.urls")) for name in packages]

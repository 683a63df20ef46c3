"""The forms of signing in, in the product's own words; what they do is allauth's."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm, SetPasswordForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as FactorAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils.translation import gettext_lazy as _


def _says(form: forms.Form, **labels: Any) -> None:
    """Give fields their labels; a placeholder that repeats a label would vanish while one types."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].widget.attrs.pop("placeholder", None)


def _rules() -> str:
    """Say the rules of a new password in the reader's language."""
    return " ".join(password_validators_help_texts())


class SignIn(LoginForm):
    """Key and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _says(self, login=_("Sign-in name"), password=_("Password"))
        self.fields["login"].widget.attrs.update(dir="ltr", autocapitalize="none", spellcheck="false")
        self.fields["password"].help_text = ""  # no reset by mail: the page says who replaces a password


class NewPassword(ChangePasswordForm):
    """The old password and twice the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = _rules()
        _says(self, oldpassword=_("Present password"), password1=_("New password"), password2=_("New password again"))


class FirstPassword(SetPasswordForm):
    """Twice a password, for an account that has none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = _rules()
        _says(self, password1=_("New password"), password2=_("New password again"))


class PasswordAgain(ReauthenticateForm):
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _says(self, password=_("Password"))


class _CodeForm(forms.Form):
    """A form with a code of figures."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _says(self, code=_("Code of the app or recovery code"))
        self.fields["code"].widget.attrs.update(dir="ltr", inputmode="text", autocomplete="one-time-code")


class SecondStep(_CodeForm, AuthenticateForm):
    """The code of the second step."""


class FactorAgain(_CodeForm, FactorAgainForm):
    """The code once more."""


class ActivateApp(_CodeForm, ActivateTOTPForm):
    """The first code of an authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _says(self, code=_("Code that the app shows"))


class AddPasskey(AddWebAuthnForm):
    """A passkey's name, and whether it opens the account alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _says(self, name=_("Name of the passkey"))
        if "passwordless" in self.fields:
            _says(self, passwordless=_("Opens the account without a password"))
            self.fields["passwordless"].help_text = _("It then asks for a finger, a face or a PIN at each sign-in.")


class RenamePasskey(EditWebAuthnForm):
    """A passkey's name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _says(self, name=_("Name of the passkey"))

"""What a new password must be, said in the words of the house."""

from django.contrib.auth import password_validation
from django.utils.translation import gettext as _


class LongEnough(password_validation.MinimumLengthValidator):
    """A password has no fewer characters than the settings state."""

    def get_help_text(self) -> str:
        """Say the rule beside the box."""
        return _("Least number of characters: %(least)s.") % {"least": self.min_length}

    def get_error_message(self) -> str:
        """Say why a shorter password is refused."""
        return _("The password is too short. Least number of characters: %(least)s.") % {"least": self.min_length}


class NotCommon(password_validation.CommonPasswordValidator):
    """A password does not stand in the list of those that many people use."""

    def get_help_text(self) -> str:
        """Say the rule beside the box."""
        return _("No password that many people use.")

    def get_error_message(self) -> str:
        """Say why such a password is refused."""
        return _("Many people use this password. Choose another one.")

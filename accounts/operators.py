from django.contrib.admin.apps import AdminConfig


class OperatorsAdminConfig(AdminConfig):
    """Django's admin with our own log-in. Not in `apps`, where Django takes the only configuration that there is."""

    default_site = "accounts.admin_site.OperatorsSite"

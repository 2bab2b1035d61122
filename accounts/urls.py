from django.urls import path

from accounts.views import accounts, audit, first_day, gallery, passwords, policy, provider, second_factor
from accounts.views.log_in import LogInView, LogOutView, ask_for_code, confirm_password

app_name = "accounts"
urlpatterns = [
    path("accounts/login/", LogInView.as_view(), name="login"),
    path("accounts/login/code/", ask_for_code, name="code"),
    path("accounts/provider/", provider.ask_provider, name="provider"),
    path("accounts/provider/answer/", provider.take_answer, name="provider_answer"),
    path("accounts/logout/", LogOutView.as_view(), name="logout"),
    path("accounts/first-password/", passwords.set_first_password, name="first_password"),
    path("accounts/password/", passwords.change_password, name="password"),
    path("accounts/confirm/", confirm_password, name="confirm"),
    path("accounts/second-factor/", second_factor.show_factor, name="factor"),
    path("accounts/second-factor/set-up/", second_factor.set_up_factor, name="set_up_factor"),
    path("accounts/second-factor/codes/", second_factor.renew_codes, name="renew_codes"),
    path("accounts/second-factor/remove/", second_factor.remove_own_factor, name="remove_own_factor"),
    path("accounts/gallery/", gallery.show_gallery, name="gallery"),
    path("settings/accounts/", accounts.list_accounts, name="list"),
    path("settings/accounts/invite/", accounts.invite, name="invite"),
    path("settings/accounts/<int:pk>/", accounts.edit, name="edit"),
    path("settings/accounts/<int:pk>/stop/", accounts.switch, {"how": "stop"}, name="stop"),
    path("settings/accounts/<int:pk>/resume/", accounts.switch, {"how": "resume"}, name="resume"),
    path("settings/accounts/<int:pk>/link/", accounts.renew_link, name="renew_link"),
    path("settings/accounts/<int:pk>/second-factor/", accounts.switch, {"how": "remove_factor"}, name="remove_factor"),
    path("settings/accounts/<int:pk>/identity/", accounts.switch, {"how": "forget_identity"}, name="forget_identity"),
    path("settings/log-in/", policy.edit_policy, name="policy"),
    path("settings/address/", first_day.choose_address, name="site_address"),
    path("settings/audit/", audit.list_entries, name="audit"),
]

"""All addresses of the site."""

from django.contrib import admin
from django.urls import include, path

from integrations.views import health
from integrations.views.home import show_home
from integrations.views.metrics import metrics

handler400 = "accounts.errors.show_bad_request"
urlpatterns = [
    path("", show_home, name="home"),
    path("", include("accounts.urls")),
    path("employees/", include("employees.urls")),
    path("departments/", include("departments.urls")),
    path("settings/roles/", include("departments.role_urls")),
    path("results/", include("assessments.urls")),
    path("analysis/", include("assessments.analysis.urls")),
    path("", include("integrations.urls")),
    path("guide/", include("integrations.manual_urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", metrics),
]

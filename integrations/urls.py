from django.urls import path

from integrations.views import (
    check,
    connection,
    created,
    downloads,
    identities,
    imports,
    jobs,
    merging,
    privacy,
    runs,
    settings,
)

app_name = "integrations"
urlpatterns = [
    path("settings/", settings.show_settings, name="settings"),
    path("settings/kaonavi/", connection.enter_keys, name="connection"),
    path("settings/kaonavi/connected/", connection.show_connected, name="connected"),
    path("settings/kaonavi/disconnect/", connection.disconnect_kaonavi, name="disconnect"),
    path("settings/kaonavi/options/", settings.edit_options, name="kaonavi_settings"),
    path("settings/kaonavi/check/", check.check_kaonavi, name="check"),
    path("settings/kaonavi/check/items/", check.choose_item, name="choose_item"),
    path("settings/data-flow/", privacy.show_data_flow, name="data_flow"),
    path("imports/<slug:slug>/", imports.upload, name="import"),
    path("imports/<slug:slug>/template.<str:ending>", imports.download_template, name="import_template"),
    path("downloads/", downloads.list_downloads, name="downloads"),
    path("downloads/<int:pk>/again/", downloads.export_again, name="export_again"),
    path("exports/<slug:kind>/", downloads.export, name="export"),
    path("jobs/", jobs.list_jobs, name="jobs"),
    path("jobs/start/", runs.start, name="start"),
    path("jobs/<int:pk>/", jobs.show_job, name="job"),
    path("jobs/<int:pk>/approve/", runs.approve, name="approve"),
    path("jobs/<int:pk>/cancel/", runs.cancel, name="cancel"),
    path("jobs/<int:pk>/identities/", identities.identify, name="identify"),
    path("jobs/<int:pk>/created/delete/", created.delete_created, name="delete_created"),
    path("jobs/<int:pk>/errors.csv", jobs.download_errors, name="error_file"),
    path("jobs/<int:pk>/errors.xlsx", jobs.download_errors_as_workbook, name="error_workbook"),
    path("employees/<int:pk>/merge/", merging.merge_employees, name="merge"),
    path("employees/<int:pk>/disclosure/", privacy.show_disclosure, name="disclosure"),
    path("employees/<int:pk>/disclosure.json", privacy.download_disclosure, name="disclosure_file"),
]

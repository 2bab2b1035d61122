from django.urls import path

from departments import role_views

app_name = "roles"
urlpatterns = [
    path("", role_views.list_roles, name="list"),
    path("add/", role_views.edit_role, name="add"),
    path("<int:pk>/", role_views.edit_role, name="edit"),
    path("<int:pk>/delete/", role_views.delete_role, name="delete"),
]

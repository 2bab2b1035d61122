from django.urls import path

from departments import views

app_name = "departments"
urlpatterns = [
    path("", views.list_departments, name="list"),
    path("add/", views.edit_department, name="add"),
    path("<int:pk>/", views.show_department, name="detail"),
    path("<int:pk>/edit/", views.edit_department, name="edit"),
    path("<int:pk>/code/", views.change_code, name="code"),
    path("<int:pk>/delete/", views.delete_department, name="delete"),
]

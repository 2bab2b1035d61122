from django.urls import path

from employees import views

app_name = "employees"
urlpatterns = [
    path("", views.list_employees, name="list"),
    path("<int:pk>/", views.show_employee, name="detail"),
    path("<int:pk>/edit/", views.edit_employee, name="edit"),
    path("<int:pk>/delete/", views.delete_employee, name="delete"),
]

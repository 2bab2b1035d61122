from django.urls import path

from employees import deletion_views, retirement_views, views

app_name = "employees"
urlpatterns = [
    path("", views.list_employees, name="list"),
    path("count/", views.count_employees, name="count"),
    path("new/", views.add_employee, name="add"),
    path("delete/", deletion_views.delete_employees, name="delete_many"),
    path("retirement/", retirement_views.change_flags, name="change_flags"),
    path("<int:pk>/", views.show_employee, name="detail"),
    path("<int:pk>/edit/", views.edit_employee, name="edit"),
    path("<int:pk>/mail/", views.change_mail, name="mail"),
    path("<int:pk>/delete/", deletion_views.delete_employee, name="delete"),
]

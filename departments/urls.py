from django.urls import path

from departments import choosing_views, views

app_name = "departments"
urlpatterns = [
    path("", views.list_departments, name="list"),
    path("choose/filter/", choosing_views.choose_to_filter, name="choose_to_filter"),
    path("choose/analyse/", choosing_views.choose_to_analyse, name="choose_to_analyse"),
    path("choose/place/", choosing_views.choose_place, name="choose_place"),
    path("choose/parent/", choosing_views.choose_parent, name="choose_parent"),
    path("choose/limit/", choosing_views.choose_limit, name="choose_limit"),
    path("add/", views.edit_department, name="add"),
    path("<int:pk>/", views.show_department, name="detail"),
    path("<int:pk>/edit/", views.edit_department, name="edit"),
    path("<int:pk>/code/", views.change_code, name="code"),
    path("<int:pk>/delete/", views.delete_department, name="delete"),
]

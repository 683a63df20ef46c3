"""Which address leads to which page of duties."""

app_name = "duties"
urlpatterns: list[str] = []

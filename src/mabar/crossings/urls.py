"""Which address leads to which of the crossings' doors."""

from django.urls import path

from mabar.crossings import pages

app_name = "crossings"
urlpatterns = [
    path("wall/<str:place>/", pages.wall, name="wall"),
    path("wall/<str:place>/fragment/", pages.wall_fragment, name="wall_fragment"),
    path("board/", pages.board, name="board"),
    path("passages/", pages.passages, name="passages"),
    path("passages/new/", pages.announce, name="announce"),
    path("passages/<str:key>/", pages.passage, name="passage"),
    path("passages/<str:key>/<str:act>/", pages.do, name="do"),
    path("holds/", pages.holds, name="holds"),
    path("crossing/", pages.crossing, name="crossing"),
    path("crossing/opening/", pages.change_opening, name="change_opening"),
    path("crossing/hours/", pages.state_hours, name="state_hours"),
    path("release-times/", pages.release_times_page, name="release_times"),
    path("release-times/table.csv", pages.release_times_file, name="release_times_file"),
    path("wall/<str:place>/release-times/", pages.published, name="release_times_published"),
    path("crossing/lane/", pages.change_lane, name="change_lane"),
]

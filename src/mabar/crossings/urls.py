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
    path("weighings/", pages.weighings, name="weighings"),
    path("weighings/file/", pages.send_weighings, name="send_weighings"),
    path("weighings/<int:number>/settle/", pages.settle_weighing, name="settle_weighing"),
    path("weighings/<int:number>/aside/", pages.set_weighing_aside, name="set_weighing_aside"),
    path("holds/", pages.holds, name="holds"),
    path("crossing/", pages.crossing, name="crossing"),
    path("crossing/opening/", pages.change_opening, name="change_opening"),
    path("crossing/lane/", pages.change_lane, name="change_lane"),
]

"""Which address leads to which of the crossings' doors."""

from django.urls import path

from mabar.crossings import pages

app_name = "crossings"
urlpatterns = [
    path("wall/<str:place>/", pages.wall, name="wall"),
    path("wall/<str:place>/fragment/", pages.wall_fragment, name="wall_fragment"),
    path("wall/<str:place>/rule/", pages.rule, name="rule"),
    path("follow/<str:token>/", pages.follow, name="follow"),
    path("board/", pages.board, name="board"),
    path("passages/", pages.passages, name="passages"),
    path("passages/new/", pages.announce, name="announce"),
    path("passages/<str:key>/", pages.passage, name="passage"),
    path("passages/<str:key>/hour/", pages.hour, name="hour"),
    path("passages/<str:key>/follow-link/", pages.give_follow_link, name="give_follow_link"),
    path("passages/<str:key>/follow-link/withdraw/", pages.withdraw_follow_link, name="withdraw_follow_link"),
    path("passages/<str:key>/<str:act>/", pages.do, name="do"),
    path("weighings/", pages.weighings, name="weighings"),
    path("weighings/file/", pages.send_weighings, name="send_weighings"),
    path("weighings/<int:number>/settle/", pages.settle_weighing, name="settle_weighing"),
    path("weighings/<int:number>/aside/", pages.set_weighing_aside, name="set_weighing_aside"),
    path("diversions/", pages.diversions, name="diversions"),
    path("diversions/new/", pages.propose, name="propose"),
    path("diversions/capacity/", pages.state_capacity, name="state_capacity"),
    path("diversions/<str:key>/", pages.diversion, name="diversion"),
    path("diversions/<str:key>/<str:act>/", pages.do_diversion, name="do_diversion"),
    path("permits/<str:key>/paper/", pages.permit, name="permit"),
    path("permits/<str:key>/pdf/", pages.make_permit, name="make_permit"),
    path("permits/<str:key>/pdf/<str:number>/", pages.permit_pdf, name="permit_pdf"),
    path("permits/<str:key>/pdf/<str:number>/file/", pages.permit_file, name="permit_file"),
    path("transshipments/", pages.transshipments, name="transshipments"),
    path("transshipments/new/", pages.open_transshipment, name="open_transshipment"),
    path("transshipments/<str:key>/", pages.transshipment, name="transshipment"),
    path("transshipments/<str:key>/paper/", pages.protocol, name="protocol"),
    path("transshipments/<str:key>/paper/pdf/", pages.make_protocol_pdf, name="make_protocol_pdf"),
    path("transshipments/<str:key>/paper/pdf/<str:number>/", pages.protocol_pdf, name="protocol_pdf"),
    path("transshipments/<str:key>/paper/pdf/<str:number>/file/", pages.protocol_file, name="protocol_file"),
    path("transshipments/<str:key>/<str:act>/", pages.do_in_transshipment, name="do_in_transshipment"),
    path("holds/", pages.holds, name="holds"),
    path("appointments/", pages.appointments, name="appointments"),
    path("exceptions/", pages.exceptions, name="exceptions"),
    path("crossing/", pages.crossing, name="crossing"),
    path("crossing/opening/", pages.change_opening, name="change_opening"),
    path("crossing/hours/", pages.change_hours, name="change_hours"),
    path("crossing/lane/", pages.change_lane, name="change_lane"),
]

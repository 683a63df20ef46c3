"""Which address leads to which page of declarations."""

from django.urls import path, register_converter

from mabar.declarations.pages import (
    advances,
    broker_acts,
    detail,
    drafts,
    goods,
    labels,
    mine,
    office,
    operators,
    printing,
    registers,
    review,
    source,
    steps,
    upload,
    upload_file,
)


class Key:
    """The key of a declaration, so that no word of another address is taken for one."""

    regex = "[0-9A-HJKMNP-TV-Z]{26}"

    def to_python(self, value: str) -> str:
        """Give the key."""
        return value

    def to_url(self, value: str) -> str:
        """Write the key."""
        return value


register_converter(Key, "key")

app_name = "declarations"
urlpatterns = [
    # the broker's side
    path("declarations/mine/", mine.mine, name="mine"),
    path("declarations/from-across/", advances.advances, name="advances"),
    path("declarations/drafts/", drafts.drafts, name="drafts"),
    path("declarations/drafts/new/", drafts.new_draft, name="new_draft"),
    path("declarations/drafts/<str:key>/drop/", drafts.drop_draft, name="drop_draft"),
    path("declarations/drafts/<str:key>/review/", review.review, name="review"),
    path("declarations/drafts/<str:key>/items/<int:number>/", steps.draft_item, name="draft_item"),
    path("declarations/drafts/<str:key>/<str:step>/", steps.draft_step, name="draft_step"),
    path("declarations/upload/", upload.upload, name="upload"),
    path("declarations/upload/<str:key>/", upload.upload_batch, name="upload_batch"),
    path("declarations/upload/<str:key>/stop/", upload.stop_upload, name="stop_upload"),
    path("declarations/upload/<str:key>/<int:number>/", upload_file.upload_file, name="upload_file"),
    path("declarations/<str:key>/answer/", broker_acts.answer, name="answer"),
    path("declarations/<str:key>/amend/", broker_acts.amend, name="amend"),
    path("declarations/<str:key>/withdraw/", broker_acts.cancel, name="cancel"),
    path("declarations/<str:key>/truck/", broker_acts.truck, name="truck"),
    # for both
    path("goods/", goods.goods, name="goods"),
    # the office's side
    path("operators/", operators.operators, name="operators"),
    path("operators/new/", operators.issue_operator_status, name="issue_operator_status"),
    path("operators/<key:key>/", operators.operator, name="operator"),
    path("operators/<key:key>/<str:act>/", operators.do_operator, name="do_operator"),
    path("registers/", registers.registers, name="registers"),
    path("registers/change/", registers.change, name="change_register"),
    path("registers/void/", registers.void, name="void_serial"),
    path("declarations/", office.declarations, name="declarations"),
    path("declarations/<key:key>/", detail.declaration, name="declaration"),
    path("declarations/<key:key>/kept/", source.kept, name="kept"),
    path("declarations/<key:key>/source/", source.source, name="source"),
    path("declarations/<key:key>/asycuda.xml", source.asycuda, name="asycuda"),
    path("declarations/<key:key>/wco.xml", source.wco, name="wco"),
    path("declarations/<key:key>/office-answer/", source.answer, name="office_answer"),
    path("declarations/<key:key>/office-answer/<str:kind>/", source.answer, name="office_answer_as"),
    path("declarations/<key:key>/photos/<str:sha256>/", source.photo, name="photo"),
    path("declarations/<key:key>/release-order/", printing.release_order, name="release_order"),
    path("declarations/<key:key>/release-order/pdf/", printing.make_release_order, name="make_release_order"),
    path("declarations/<key:key>/labels/", labels.labels, name="labels"),
    path("declarations/<key:key>/labels/sheet/", labels.sheet, name="label_sheet"),
    path("declarations/<key:key>/labels/print/", labels.make, name="make_labels"),
    path("declarations/<key:key>/paper/", printing.paper, name="paper"),
    path("declarations/<key:key>/paper/pdf/", printing.make_pdf, name="make_pdf"),
    path("declarations/<key:key>/paper/<str:number>/", printing.pdf, name="pdf"),
    path("declarations/<key:key>/paper/<str:number>/file/", printing.pdf_file, name="pdf_file"),
    path("declarations/<key:key>/<str:act>/", detail.do, name="do"),
]

"""Messages of the WCO Data Model in the UK profile, made here; names, numbers and goods are invented."""

META, DEC = "urn:wco:datamodel:WCO:DocumentMetaData-DMS:2", "urn:wco:datamodel:WCO:DEC-DMS:2"
ITEM = """<GovernmentAgencyGoodsItem><SequenceNumeric>{number}</SequenceNumeric>
<StatisticalValueAmount currencyID="DZD">12500.50</StatisticalValueAmount>
<AdditionalDocument><CategoryCode>N</CategoryCode><ID>INV-7</ID><TypeCode>380</TypeCode></AdditionalDocument>
<AdditionalDocument><CategoryCode>C</CategoryCode><ID>L-1</ID><TypeCode>505</TypeCode>
<LPCOExemptionCode>AC</LPCOExemptionCode></AdditionalDocument>
<Commodity><Description>Dates, fresh</Description>
<Classification><ID>08041000</ID><IdentificationTypeCode>TSP</IdentificationTypeCode></Classification>
<Classification><ID>X9</ID><IdentificationTypeCode>ZZ</IdentificationTypeCode></Classification>
<DutyTaxFee><DutyRegimeCode>100</DutyRegimeCode><TypeCode>A00</TypeCode>
<Payment><MethodCode>E</MethodCode></Payment></DutyTaxFee>
<GoodsMeasure><GrossMassMeasure unitCode="KGM">10.500</GrossMassMeasure><NetNetWeightMeasure>9.25</NetNetWeightMeasure>
<TariffQuantity unitCode="NAR">40</TariffQuantity></GoodsMeasure>
<InvoiceLine><ItemChargeAmount currencyID="LYD">1.250</ItemChargeAmount></InvoiceLine></Commodity>
<GovernmentProcedure><CurrentCode>40</CurrentCode><PreviousCode>00</PreviousCode></GovernmentProcedure>
<GovernmentProcedure><CurrentCode>000</CurrentCode></GovernmentProcedure>
<Origin><CountryCode>DZ</CountryCode></Origin>
<Packaging><SequenceNumeric>1</SequenceNumeric><MarksNumbersID>ابج</MarksNumbersID>
<QuantityQuantity>5</QuantityQuantity><TypeCode>BX</TypeCode></Packaging>{more}
</GovernmentAgencyGoodsItem>"""


def message(*, items: int = 2, type_code: str = "IMA", function: str = "9", more: str = "", header: str = "") -> bytes:
    """Write a declaration; every item weighs 10.5 kg gross, 9.25 kg net, costs 1.250 dinars and has 5 boxes."""
    goods = "".join(ITEM.format(number=number, more=more) for number in range(1, items + 1))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<md:MetaData xmlns:md="{META}" xmlns="{DEC}">
<md:WCODataModelVersionCode>3.6</md:WCODataModelVersionCode><md:WCOTypeName>DEC</md:WCOTypeName>
<!-- what a person wrote -->
<Declaration>
<AcceptanceDateTime><DateTimeString formatCode="304">20261122093015Z</DateTimeString></AcceptanceDateTime>
<FunctionCode>{function}</FunctionCode><FunctionalReferenceID>T-0001</FunctionalReferenceID>
<TypeCode>{type_code}</TypeCode><GoodsItemQuantity>{items}</GoodsItemQuantity>{header}
<TotalPackageQuantity>{5 * items}</TotalPackageQuantity>
<Declarant><ID>DZ001</ID></Declarant>
<Exporter><Name>Exporter One</Name><Address><CityName>Ghadames</CityName></Address></Exporter>
<GoodsShipment><Consignment><ContainerCode>1</ContainerCode>
<ArrivalTransportMeans><ID>99417-322-33</ID><IdentificationTypeCode>30</IdentificationTypeCode></ArrivalTransportMeans>
<TransportEquipment><SequenceNumeric>1</SequenceNumeric><ID>CSQU3054383</ID></TransportEquipment></Consignment>
<ExportCountry><ID>LY</ID></ExportCountry>{goods}<Importer><ID>DZ002</ID></Importer></GoodsShipment>
</Declaration></md:MetaData>
""".encode()


def answer(function: str = "03", *, errors: str = "") -> bytes:
    """Write an answer of customs about declaration 26DZ001."""
    return f"""<MetaData><WCOTypeName>RES</WCOTypeName><ResponsibleCountryCode/>
<Response><FunctionCode>{function}</FunctionCode>{errors}
<Declaration><FunctionalReferenceID>T-0001</FunctionalReferenceID><ID>26DZ001</ID></Declaration></Response></MetaData>
""".encode()


ERROR = """<Error><ValidationCode>CDS12005</ValidationCode>
<Pointer><DocumentSectionCode>42A</DocumentSectionCode></Pointer>
<Pointer><SequenceNumeric>1</SequenceNumeric><DocumentSectionCode>17C</DocumentSectionCode>
<TagID>R144</TagID></Pointer></Error>"""
STATUS = b"""<p:DeclarationVersionResponse xmlns:p="urn:status"><p:DeclarationVersionDetails>
<p:Declaration><p:ID>26DZ001</p:ID>
<p:VersionID>1</p:VersionID></p:Declaration></p:DeclarationVersionDetails>
<p:DeclarationVersionDetails><p:Declaration>
<p:ID>26DZ001</p:ID><p:VersionID>2</p:VersionID></p:Declaration></p:DeclarationVersionDetails>
</p:DeclarationVersionResponse>"""
MOVEMENT = b"""<inventoryLinkingMovementRequest xmlns="urn:x"><messageCode>EDL</messageCode>
<movementReference>M-1</movementReference></inventoryLinkingMovementRequest>"""

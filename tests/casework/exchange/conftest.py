from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for refi_shapes


@pytest.fixture(scope="session")
def schema() -> Any:
    """Project-mrt2019.xsd, as the standard publishes it."""
    from lxml import etree
    from refi_shapes import XSD

    if not XSD.is_file():
        pytest.skip("the standard's schema does not lie beside this checkout")
    return etree.XMLSchema(etree.parse(XSD))


@pytest.fixture(scope="session")
def codebook_schema() -> Any:
    """What section 5.2 of REFI-QDA 1.5 lets a codebook be, without sets."""
    from lxml import etree

    return etree.XMLSchema(etree.fromstring(_CODEBOOK))


_CODEBOOK = b"""
<s:schema xmlns="urn:QDA-XML:codebook:1.0" xmlns:s="http://www.w3.org/2001/XMLSchema"
 targetNamespace="urn:QDA-XML:codebook:1.0" elementFormDefault="qualified">
 <s:element name="CodeBook"><s:complexType>
  <s:sequence><s:element name="Codes" type="codes"/></s:sequence>
  <s:attribute name="origin" type="s:string"/>
 </s:complexType></s:element>
 <s:complexType name="codes">
  <s:sequence><s:element name="Code" type="code" maxOccurs="unbounded"/></s:sequence>
 </s:complexType>
 <s:complexType name="code">
  <s:sequence>
   <s:element name="Description" type="s:string" minOccurs="0"/>
   <s:element name="Code" type="code" minOccurs="0" maxOccurs="unbounded"/>
  </s:sequence>
  <s:attribute name="guid" use="required"><s:simpleType><s:restriction base="s:token">
   <s:pattern value="[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"/>
  </s:restriction></s:simpleType></s:attribute>
  <s:attribute name="name" type="s:string" use="required"/>
  <s:attribute name="isCodable" type="s:boolean" use="required"/>
  <s:attribute name="color"><s:simpleType><s:restriction base="s:token">
   <s:pattern value="#([A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})"/>
  </s:restriction></s:simpleType></s:attribute>
 </s:complexType>
</s:schema>"""

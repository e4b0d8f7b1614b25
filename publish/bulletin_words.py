"""The bulletin's fixed words in both languages, side by side."""

from collections.abc import Mapping

from common.messages import Message

WORDS: Mapping[str, Message] = {
    "title": Message("楼宇经济与楼宇治理公报", "Bulletin on building economy and building governance"),
    "to": Message("截至", "As at"),
    "known": Message("数据知悉时点(北京时间)", "As known at (Beijing time)"),
    "release": Message("发布批次", "Release"),
    "leads": Message("核心指标", "Key figures"),
    "main": Message("要点", "In brief"),
    "plots": Message("走势", "Over time"),
    "figures": Message("主要指标", "Headline figures"),
    "figure": Message("指标", "Figure"),
    "value": Message("数值", "Value"),
    "versus": Message("较", "against"),
    "provisional": Message("初步数", "provisional"),
    "note": Message("见注", "see note"),
    "tickets": Message("楼宇类12345诉求量(按考核月)", "Hotline tickets about buildings, by assessment month"),
    "tax": Message("楼宇税收(按单季)", "Building tax, by single quarter"),
    "data": Message("数据表", "Data table"),
    "month": Message("考核月", "Assessment month"),
    "count": Message("诉求量", "Tickets"),
    "quarter": Message("季度", "Quarter"),
    "full": Message("楼宇税收总额(全口径)", "Building tax in full"),
    "district": Message("其中:区级税收", "Of it district-level"),
    "streets": Message("分街道情况", "By street"),
    "street": Message("街道", "Street"),
    "whole": Message("全区", "District"),
    "notes": Message("注释", "Notes"),
    "withheld": Message("未公布的指标", "Figures not published"),
    "definitions": Message("指标口径", "Definitions"),
    "provenance": Message("数据来源与核验", "Provenance"),
    "build": Message("计算批次", "Build"),
    "hash": Message("数值摘要(SHA-256)", "Hash of the figures (SHA-256)"),
    "code": Message("程序摘要(SHA-256)", "Hash of the code (SHA-256)"),
    "verify": Message("核验命令", "To verify"),
    "unsigned": Message(
        "模拟发布,未经审核签发,不得引用。", "A simulated publication: neither reviewed nor signed, not to be quoted."
    ),
}

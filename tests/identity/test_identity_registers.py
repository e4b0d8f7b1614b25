"""Registers as offices write them, in a town of our own invention (B-IDN-08): numbered parts, zones and phases, names
within names, several names in one cell, and the roads, cities and branches that stand around a name.
"""

import pytest

from identity.addresses import locality, plain
from identity.gazetteer import Entry
from identity.places import Places


def places_of(*rows: tuple[str, str, str], streets: tuple[str, ...] = ()) -> Places:
    entries = [Entry(f"{name}|{address}", name, tuple(filter(None, also.split(";"))), address)
               for name, also, address in rows]  # fmt: skip
    return Places(entries, {"临河区": "云山市", "望海区": "云山市"}, streets)


def answer(places: Places, text: str) -> tuple[str, str]:
    found = places.find(text)
    return found.relation, found.building.name if found.building else ""


ESTATES = places_of(
    ("锦江国际广场", "", "临河区南苑西路186号"),
    ("锦江国际广场三区", "", "临河区南苑西路186号三区"),
    ("塔影广场T1", "", "临河区人民南路3号"),
    ("塔影广场T2", "", "临河区人民南路3号"),
    ("恒昌大厦", "", "临河区云水路22号"),
    ("恒昌大厦二期", "", "临河区云水路24号"),
    ("前湾金融中心一期8号楼", "", "临河区前湾路"),
    ("滨江软件园", "", "临河区软件大道"),
    ("滨江软件园E5座", "", "临河区软件大道1366号"),
    ("新月大厦A座", "", "临河区新月路9号"),
    ("新月大厦B座", "", "临河区新月路11号"),
    ("云溪商务区", "", "临河区云溪大街"),
    ("高新科技园区云山园", "", ""),
    ("远山大厦", "", "临河区远山路5号"),
)


@pytest.mark.parametrize(("text", "relation", "name"), [
    ("南苑西路186号锦江国际广场三区4号楼6层", "in", "锦江国际广场三区"),
    ("锦江国际广场二区4号楼6层", "ambiguous", ""), ("锦江国际广场3号楼", "ambiguous", ""),
    ("人民南路3号塔影广场T1办公楼2层", "in", "塔影广场T1"), ("塔影广场T2-1801", "in", "塔影广场T2"),
    ("塔影广场塔2第18层", "in", "塔影广场T2"), ("塔影广场3层", "ambiguous", ""),
    ("恒昌大厦二期B座301", "in", "恒昌大厦二期"), ("恒昌大厦三期B座301", "ambiguous", ""),
    ("云水路22号恒昌大厦A座301", "in", "恒昌大厦"), ("恒昌大厦二期工地", "empty", ""),
    ("远山大厦一期3层", "in", "远山大厦"), ("远山大厦二期3层", "ambiguous", ""),
    ("前湾金融中心(一期)8号楼2105", "in", "前湾金融中心一期8号楼"),
    ("滨江软件园D区6号楼", "park", "滨江软件园"), ("软件大道1366号滨江软件园E5座10楼", "in", "滨江软件园E5座"),
    ("新月路9号新月大厦3层", "in", "新月大厦A座"), ("新月大厦3层", "ambiguous", ""),
    ("新月路9号新月大厦C座3层", "ambiguous", ""),
    ("云溪商务区7号楼", "park", "云溪商务区"), ("高新科技园区云山园云溪大街30号", "park", "高新科技园区云山园"),
])  # fmt: skip
def test_zones_phases_and_towers_are_parts_of_their_own(text: str, relation: str, name: str) -> None:
    assert answer(ESTATES, f"云山市临河区{text}") == (relation, name)


CELLS = places_of(
    ("玉屏大厦(原金屏大厦)", "", "临河区玉屏路3号"),
    ("云山临河万众广场A座", "", "临河区滨江路18号"),
    ("银桥大厦A、B座", "", "临河区银桥大街6号"),
    ("盛和中心1-3号楼", "", "临河区盛和路31号院"),
    ("京川大厦、京川商务楼", "", "临河区京川路16号"),
    ("临河鹿苑大厦", "", "临河区鹿苑路1号"),
    ("鹿苑大厦", "", "临河区鹿苑路9号"),
    ("西汇天(A座、B座)", "", "临河区西汇路18号"),
    ("云山国际大厦", "", "临河区国泰路19号"),
    ("19号国际大厦", "", "临河区国泰西路19号"),
    ("古柳路1-3号楼", "", "临河区古柳路"),
)


@pytest.mark.parametrize(("text", "relation", "name"), [
    ("玉屏大厦3层", "in", "玉屏大厦(原金屏大厦)"), ("金屏大厦3层", "in", "玉屏大厦(原金屏大厦)"),
    ("滨江路18号万众广场A座3层", "in", "云山临河万众广场A座"), ("万众广场B座", "ambiguous", ""),
    ("银桥大厦A座3层", "in", "银桥大厦A、B座"), ("银桥大厦3层", "in", "银桥大厦A、B座"),
    ("银桥大厦C座3层", "ambiguous", ""), ("盛和中心2号楼", "in", "盛和中心1-3号楼"),
    ("盛和中心4号楼", "ambiguous", ""), ("京川商务楼3层", "in", "京川大厦、京川商务楼"),
    ("鹿苑大厦3层", "in", "鹿苑大厦"), ("临河鹿苑大厦3层", "in", "临河鹿苑大厦"),
    ("西汇天B座3层", "in", "西汇天(A座、B座)"), ("西汇天南侧", "beside", "西汇天(A座、B座)"),
    ("国泰路19号国际大厦3层", "in", "云山国际大厦"), ("国际大厦3层", "ambiguous", ""), ("东方国际大厦3层", "empty", ""),
    ("古柳路2号楼", "in", "古柳路1-3号楼"), ("古柳路5号", "empty", ""),
])  # fmt: skip
def test_a_register_s_cell_tells_more_than_one_name(text: str, relation: str, name: str) -> None:
    assert answer(CELLS, f"临河区{text}") == (relation, name)


NUMBERED = places_of(
    ("古柳路21号楼", "", "临河区古柳路21号"),
    ("柳荫北里3号楼", "", "临河区柳荫北里3号"),
    ("8号写字楼", "", "临河区杏园小区8号"),
    ("66号写字楼", "", "临河区右安大街66号"),
    ("金桂大厦", "金桂", "临河区金桂路10号"),
    ("新金桂大厦", "", "临河区金桂路12号"),
    ("双河中心", "双河", "临河区双河路5号"),
    ("双河中心大厦", "", "临河区双河路7号"),
    ("万通银座A座", "临河万通A座", "临河区滨江路1号院"),
    ("SKY国际", "", "临河区滨江路9号"),
)


@pytest.mark.parametrize(("text", "relation", "name"), [
    ("古柳路21号楼3层", "in", "古柳路21号楼"), ("古柳路121号楼3层", "empty", ""), ("古柳路22号楼", "empty", ""),
    ("古柳路", "empty", ""), ("古柳路45号", "empty", ""), ("古柳路21号楼东侧", "beside", "古柳路21号楼"),
    ("柳荫北里3号楼2单元", "in", "柳荫北里3号楼"), ("柳荫北里13号楼", "empty", ""), ("柳荫北里5号楼", "empty", ""),
    ("杏园小区8号写字楼706室", "in", "8号写字楼"), ("杏园小区8#写字楼706室", "in", "8号写字楼"),
    ("杏园小区18号写字楼706室", "empty", ""), ("右安大街66号写字楼3层", "in", "66号写字楼"),
    ("古柳路66号写字楼3层", "empty", ""), ("新金桂大厦3层", "in", "新金桂大厦"),
    ("金桂路10号金桂大厦", "in", "金桂大厦"),
    ("金桂3层", "in", "金桂大厦"), ("金桂附属小学", "empty", ""), ("古柳路30号老金桂大厦", "empty", ""),
    ("双河中心大厦8层", "in", "双河中心大厦"), ("双河中心8层", "in", "双河中心"), ("双河中心小学", "empty", ""),
    ("临河万通银座A座3层", "in", "万通银座A座"), ("滨江路3号SKY国际3层", "ambiguous", ""),
])  # fmt: skip
def test_of_names_within_names_and_numbers_only_the_whole_one_counts(text: str, relation: str, name: str) -> None:
    assert answer(NUMBERED, f"临河区{text}") == (relation, name)


TOWERS = places_of(
    ("望江大厦", "望江中心", "云山市临河区建国门外大街22号"),
    ("锦帆大厦", "", "云山市临河区吉祥里103号"),
    streets=("鹿苑街道",),
)


@pytest.mark.parametrize(("text", "relation", "name"), [
    ("建外大街22号望江大厦3层", "in", "望江大厦"), ("望江中心望江大厦五层A区", "in", "望江大厦"),
    ("鹿苑望江大厦3层", "in", "望江大厦"), ("建国门望江大厦3层", "ambiguous", ""),
    ("海淀分公司望江大厦8层", "in", "望江大厦"), ("经营场所:望江大厦8层", "in", "望江大厦"),
    ("望江大厦公寓3层", "in", "望江大厦"), ("望江大厦临街商铺", "in", "望江大厦"), ("望江大厦复式", "in", "望江大厦"),
    ("望江大厦与锦帆大厦之间", "beside", ""), ("望江大厦和锦帆大厦中间平房", "beside", ""),
    ("望江大厦停车场西侧", "beside", "望江大厦"), ("望江大厦楼东侧", "beside", "望江大厦"),
    ("望江大厦南墙外", "beside", "望江大厦"), ("望江大厦路南", "beside", "望江大厦"),
    ("望江大厦A出口旁", "beside", "望江大厦"), ("近望江大厦", "beside", "望江大厦"),
    ("离望江大厦50米", "beside", "望江大厦"),
    ("望江大厦附属小学", "empty", ""), ("望江大厦东侧大厅", "ambiguous", ""),
    ("启阳路4号锦凡大厦", "empty", ""), ("锦凡大厦", "ambiguous", ""), ("吉祥里103号锦凡大厦", "ambiguous", ""),
    ("临河区原锦帆大厦3层,现望江大厦5层", "in", "望江大厦"), ("原望江大厦3层,迁至锦帆大厦", "in", "锦帆大厦"),
    ("望江大厦以北的平房", "beside", "望江大厦"), ("望江大厦西侧二层小楼", "beside", "望江大厦"),
    ("望江大厦马路对面", "beside", "望江大厦"), ("望江大厦围墙东侧", "beside", "望江大厦"),
    ("望江大厦后街3号", "empty", ""),
    ("启阳路4号新望江大厦", "empty", ""), ("红旗路望江大厦3层", "in", "望江大厦"),
])  # fmt: skip
def test_the_words_around_a_name_decide(text: str, relation: str, name: str) -> None:
    assert answer(TOWERS, text) == (relation, name)


@pytest.mark.parametrize(("text", "city", "district"), [
    ("东城区灯市口大街33号", "", "东城区"), ("东花市北里5号", "", ""), ("骡马市大街5号", "", ""),
    ("红旗路22号", "", ""),
    ("通县路3号", "", ""), ("新城市大厦", "", ""), ("临河区都市网景", "", "临河区"), ("临河区超市二层", "", "临河区"),
    ("苏州市吴中区", "苏州市", "吴中区"), ("重庆市渝北区龙溪街道", "重庆市", "渝北区"),
    ("青岛市市北区", "青岛市", "市北区"),
    ("济南市市中区", "济南市", "市中区"), ("廊坊市三河市燕郊", "廊坊市", "三河市"),
    ("北京市杨庄北区8号楼", "北京市", ""),
    ("上海市南京西路1266号", "上海市", ""), ("密云县城关", "", "密云县"),
])  # fmt: skip
def test_a_city_and_a_district_are_told_from_roads_and_markets(text: str, city: str, district: str) -> None:
    head = locality(plain(text))
    assert (head.city, head.district) == (city, district)


SHORT = places_of(
    ("盛和国际广场", "", "临河区滨江路31号院"),
    ("云杉联合大厦", "", "临河区滨江路33号"),
    ("佳境天城国际商务公寓", "", "临河区古柳路2号"),
    ("时光花园写字楼", "", "临河区时光花园南路9号"),
    ("望海银行大厦", "", "临河区滨江路22号"),
    ("双桥世纪公寓", "", "临河区板桥路69号"),
    ("双桥世纪商务中心", "", "临河区板桥路69号"),
    ("玉河大厦", "", "临河区玉河路3号"),
)


@pytest.mark.parametrize(("text", "relation", "name"), [
    ("滨江路31号院盛和国际2号楼1301", "in", "盛和国际广场"), ("盛和国际2号楼1301", "ambiguous", ""),
    ("盛和国际小区2号楼", "empty", ""), ("滨江路33号云杉联合3层", "in", "云杉联合大厦"),
    ("滨江路33号云杉联合", "ambiguous", ""), ("滨江路33号云杉联合投资集团院内", "empty", ""),
    ("云杉联合3层", "empty", ""),
    ("古柳路2号佳境天城2508室", "in", "佳境天城国际商务公寓"), ("时光花园5号楼", "empty", ""),
    ("滨江路22号望海银行", "empty", ""), ("板桥路69号双桥世纪3层", "ambiguous", ""), ("玉河路3号玉河3层", "empty", ""),
])  # fmt: skip
def test_a_name_written_short_counts_where_the_number_agrees(text: str, relation: str, name: str) -> None:
    assert answer(SHORT, f"临河区{text}") == (relation, name)

"""The districts of the city: real codes and names, with some of their streets.

The office's table of areas has the streets of 110107. Those of the others are known by the codes of their buildings,
as those of any district are whose streets nobody listed (SPEC 3.3, B01).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class District:
    """A district, and its streets by the three digits that follow its code."""

    code: str
    name: str
    streets: tuple[tuple[str, str], ...]

    @property
    def short(self) -> str:
        """The name as offices write it in the names of files."""
        return self.name.removesuffix("区")


def _district(code: str, name: str, streets: str) -> District:
    """Read streets written as ``001东华门 002景山``."""
    return District(code, name, tuple((street[:3], f"{street[3:]}街道") for street in streets.split()))


DISTRICTS = (
    _district("110101", "东城区", "001东华门 002景山 003交道口 004安定门 005北新桥 006东四 008建国门 009东直门"),
    _district("110102", "西城区", "001西长安街 003新街口 007月坛 009展览路 010德胜 011金融街 012什刹海 013大栅栏"),
    _district("110105", "朝阳区", "001建外 002朝外 003呼家楼 004三里屯 009亚运村 011酒仙桥 012麦子店 025望京"),
    _district("110106", "丰台区", "001右安门 002太平桥 003西罗园 004大红门 007东铁匠营 008卢沟桥 010新村"),
    _district("110107", "石景山区", "001八宝山 002老山 003八角 004古城 005苹果园 006金顶街 009广宁 011鲁谷"),
    _district("110108", "海淀区", "001万寿路 003羊坊店 004甘家口 006紫竹院 010学院路 011中关村 012海淀 022上地"),
    _district("110109", "门头沟区", "001大峪 002城子 003东辛房 004大台"),
    _district("110111", "房山区", "001城关 004向阳 005东风 006迎风 011拱辰 012西潞"),
    _district("110112", "通州区", "001中仓 002新华 003北苑 004玉桥"),
    _district("110113", "顺义区", "001胜利 002光明 003石园 004空港 005旺泉 006双丰"),
    _district("110114", "昌平区", "001城北 002城南 003天通苑北 004天通苑南 005霍营 006回龙观"),
    _district("110115", "大兴区", "001兴丰 002林校路 003清源 004观音寺 005天宫院 006高米店"),
    _district("110116", "怀柔区", "001泉河 002龙山"),
    _district("110117", "平谷区", "001滨河 002兴谷"),
    _district("110118", "密云区", "001鼓楼 002果园"),
    _district("110119", "延庆区", "001百泉 002香水园 003儒林"),
)

"""Names of many cultures, put together anew: no real person is meant."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Culture:
    """Given and family names that go together, and how many of a hundred people have them."""

    share: int
    given: tuple[str, ...]
    family: tuple[str, ...]
    family_first: bool = False


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CULTURES: tuple[Culture, ...] = (
    Culture(
        20,
        _words(
            "Alice Owen Grace Harry Emily Jack Sophie George Megan Liam Chloe Rhys Niamh Callum Orla Freya Ewan Isla"
            " Declan Hannah Tom Ruth Colin Moira Angus Siobhán Graham Bryony"
        ),
        _words(
            "Ashworth Blythe Carver Dunmore Ellery Fairclough Garrick Holloway Ingram Jessop Kirkby Langford Marsden"
            " Norcross Ogden Pemberton Ravenscroft Sheridan Thackray Underhill Wainwright Yarrow O’Dowd MacLeish"
        ),
    ),
    Culture(
        18,
        _words(
            "Jana Petr Lucie Ondřej Tereza Jakub Eliška Vojtěch Zuzana Radek Kateřina Šimon Barbora Libor Hana Miloš"
            " Veronika Štěpán Alžběta Zdeněk"
        ),
        _words(
            "Bartoš Čermák Doležal Fiala Havránek Jelínek Kopecký Ludvík Macháček Němec Ondráček Pospíšil Růžička"
            " Sedlák Tichý Urban Vaníček Zelenka Žák Hrubý"
        ),
    ),
    Culture(
        16,
        _words("伟 芳 娜 敏 静 强 磊 洋 艳 勇 杰 娟 涛 明 超 霞 平 刚 桂英 建华 志强 晓燕 雨桐 子轩"),
        _words("王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 罗 高"),
        family_first=True,
    ),
    Culture(
        16,
        _words(
            "Aarav Diya Vivaan Ananya Aditya Isha Krishnan Meera Rohan Sneha Siddharth Kavya Nikhil Pooja Rahul"
            " Shreya Tanvi Varun Lakshmi Deepak Gauri Imran"
        ),
        _words(
            "Bhosale Chitnis Deshmukh Gokhale Iyer Joshi Kulkarni Lele Mahajan Nair Oak Patil Ranade Sathe Tambe"
            " Uttamchandani Vaidya Wagle Shaikh Pillai"
        ),
    ),
    Culture(
        8,
        _words("Adaeze Kwesi Chidi Amina Tendai Wanjiru Kofi Zainab Thabo Nomvula Sekou Fatou Abebe Makena Olu Efua"),
        _words("Abara Boateng Chukwu Diallo Ekow Gathoni Keita Mwangi Ndlovu Okonkwo Sesay Tesfaye Achieng Mensah"),
    ),
    Culture(
        7,
        _words("Mateo Valentina Thiago Camila Joaquín Lucía Rafael Beatriz Inês Gonçalo Ximena Iker Nuria Álvaro"),
        _words("Aguirre Barbosa Cárdenas Duarte Esquivel Figueroa Gallardo Ibáñez Leitão Montoya Núñez Quiroga Sá"),
    ),
    Culture(
        5,
        _words("Aino Lars Freja Mikkel Sólveig Henrik Maja Axel Ingrid Eero Signe Bjørn Åsa Tuomas"),
        _words("Ahlgren Bergström Dahlqvist Eklund Fjeldstad Grønning Heikkinen Järvinen Kjær Lindgaard Østby Þórsson"),
    ),
    Culture(
        4,
        _words("Yusuf Leyla Emre Zeynep Omar Huda Karim Salma Tariq Rania Nader Dalia"),
        _words("Aksoy Bilgin Çelik Demirtaş Erdoğdu Farouk Ghanem Haddad Issa Jaber Koç Mansour Najjar Yıldırım"),
    ),
    Culture(1, _words("شهرزاد يوسف ليلى كريم سلمى نادر"), _words("المنصوري الحداد النجار القاضي")),
    Culture(
        3,
        _words("Haruka Kenta Yui Sora Minh Linh Anh Thảo Ji-woo Min-seo Siti Wayan Nurul"),
        _words("Aoyama Fujimoto Hayashi Kobayakawa Nguyễn Phạm Trần Võ Bae Kang Santoso Wijaya Rahardjo"),
    ),
    Culture(
        3,
        _words("Oksana Bohdan Ivana Dragan Milica Andrzej Agnieszka Wojciech Réka Gergő Ioana Răzvan Eleni Stavros"),
        _words("Kravchenko Melnyk Jovanović Vuković Wiśniewska Zając Kovács Szőke Ionescu Dumitru Papadakis Kosta"),
    ),
)


def invent_name(random: Random, taken: set[str]) -> tuple[str, str]:
    """A name nobody has yet and the text to sort it by (family name first)."""
    while True:
        culture = random.choices(CULTURES, weights=[culture.share for culture in CULTURES])[0]
        given, family = random.choice(culture.given), random.choice(culture.family)
        if culture.family_first:
            name, sort = f"{family}{given}", f"{family}{given}"
        else:
            name, sort = f"{given} {family}", f"{family}, {given}"
        if name in taken and len(taken) > 200:
            middle = random.choice("ABCDEFGHJKLMNPRSTVW")
            name = (
                f"{given} {middle}. {family}"
                if not culture.family_first
                else f"{family}{given}{random.choice('一文国华东海')}"
            )
            sort = name if culture.family_first else f"{family}, {given} {middle}."
        if name not in taken:
            taken.add(name)
            return name, sort

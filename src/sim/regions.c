#include <stdbool.h>
#include <stddef.h>

#include "regions.h"

#define WORDS (const char *const[])

#define DE_HEAD                                                                                                        \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Linden", "Feld", "Kolm", "Zell", "Grün", "Öster", "Hasel", "Brom", "Weiden", "Alt", "Sönn", "Rauh", "Tann",   \
            "Erlen", "Wies", "Stein", "Moor", "Ahorn", "Büch", "Falken", NULL                                          \
    }
#define DE_TAIL                                                                                                        \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "au", "moor", "hof", "bach", "brück", "ried", "kamp", "rode", "stätt", "lohe", "wang", "eck", "horst", "thal", \
            "weiler", NULL                                                                                             \
    }
#define DE_TRADE                                                                                                       \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Werkzeugbau", "Metallbau", "Landtechnik", "Treppen", "Stahlbau", "Blechtechnik", "Möbelwerk", "Fensterbau",   \
            "Tischlerei", "Zerspanung", "Küchen", "Maschinenbau", "Rohrtechnik", "Ladenbau", "Fördertechnik",          \
            "Berufsschule", "Hydraulik", "Gehäusebau", "Formenbau", NULL                                               \
    }
#define DE_GIVEN                                                                                                       \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Jonas", "Hannah", "Jörg", "Katrin", "Uwe", "Sabine", "Tobias", "Grete", "Matthias", "Anneliese", "Björn",     \
            "Ulrike", "Stefan", "Miriam", "Günter", "Lena", "Florian", "Heike", "Anton", "Käthe", NULL                 \
    }
#define DE_FAMILY                                                                                                      \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Reiter", "Brandt", "Mühlmann", "Hölzel", "Krause", "Weißhaupt", "Lorenz", "Fährmann", "Albers", "Jäger",      \
            "Stroh", "Petersen", "Kühnert", "Sander", "Thoma", "Wächter", "Böhnisch", "Ritter", "Distel", "Nagel",     \
            NULL                                                                                                       \
    }

#define EN_HEAD                                                                                                        \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Til", "Esk", "Dun", "Red", "Ash", "Harrow", "Cobb", "Gantry", "Wick", "Thorn", "Bram", "Keld", "Fal", "Stow", \
            "Hazel", "Marl", "Pike", "Quill", "Whit", "Elm", NULL                                                      \
    }
#define EN_TAIL                                                                                                        \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "burn", "dale", "more", "fern", "brook", " Creek", " River", " Falls", "ham", "ridge", "ley", "combe", "wick", \
            "stead", " Cross", NULL                                                                                    \
    }
#define EN_TRADE                                                                                                       \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Joinery", "Trailers", "Steel", "Cabinets", "Gear Works", "Valve Works", "Stairs", "Signs", "Fabrication",     \
            "Technical College", "Tooling", "Orthotics", "Boatyard", "Castings", "Furniture", "Doors", "Pumps",        \
            "Instruments", "Agricultural", NULL                                                                        \
    }
#define EN_GIVEN                                                                                                       \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Rosa", "Wade", "Hannah", "Daniel", "Edith", "Marcus", "Priya", "Owen", "Imogen", "Calum", "Nadia", "Graham",  \
            "Siobhán", "Tariq", "Bethan", "Leroy", "Fiona", "Desmond", "Zoë", "Rhona", NULL                            \
    }
#define EN_FAMILY                                                                                                      \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Tilburn", "Cobb", "Pike", "Marlow", "Keld", "Ashdown", "Whitlock", "O’Rourke", "Falk", "Hargreave",           \
            "Adeyemi", "Sandhu", "Penrose", "McAllan", "Thackray", "Quill", "Okafor", "Lyle", "Brannigan", "Stride",   \
            NULL                                                                                                       \
    }

#define NORD_HEAD                                                                                                      \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Sund", "Norr", "Frid", "Björk", "Älv", "Sjö", "Ek", "Lind", "Hög", "Öst", "Tall", "Skär", NULL                \
    }
#define NORD_TAIL                                                                                                      \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "vik", "holm", "hult", "näs", "torp", "berga", "löv", "strand", "ås", "mark", NULL                             \
    }
#define NORD_TRADE                                                                                                     \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Interiör", "Snickeri", "Verkstad", "Mekaniska", "Plåt", "Trävaror", "Fönster", "Trappor", "Svets", "Kök",     \
            "Båtbyggeri", "Hydraulik", "Gjuteri", NULL                                                                 \
    }
#define NORD_GIVEN                                                                                                     \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Ulla", "Nils", "Åsa", "Göran", "Birgit", "Håkan", "Ingrid", "Lars", "Märta", "Sören", "Elin", "Torbjörn",     \
            "Gunilla", "Anders", NULL                                                                                  \
    }
#define NORD_FAMILY                                                                                                    \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Fryd", "Solveen", "Åberg", "Lindmark", "Söderhjelm", "Norrgård", "Ekvall", "Bjärne", "Hallström", "Öhrn",     \
            "Stålhed", "Tolvan", "Granfors", NULL                                                                      \
    }

#define FR_HEAD                                                                                                        \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Arb", "Belc", "Mont", "Clair", "Vaud", "Roch", "Char", "Bress", "Font", "Épin", "Haut", "Gran", NULL          \
    }
#define FR_TAIL                                                                                                        \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "elet", "onne", "ival", "evaux", "oise", "ignac", "ière", "ency", "erolles", "âtel", NULL                      \
    }
#define FR_TRADE                                                                                                       \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Menuiserie", "Métallerie", "Chaudronnerie", "Agencement", "Mécanique", "Tôlerie", "Ébénisterie", "Outillage", \
            "Escaliers", "Usinage", "Enseignes", "Fonderie", "Charpente", NULL                                         \
    }
#define FR_GIVEN                                                                                                       \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Odile", "Jérôme", "Hélène", "François", "Aurélie", "Benoît", "Maëlle", "Thierry", "Solène", "Rémi",           \
            "Françoise", "Loïc", "Inès", "Gaëtan", NULL                                                                \
    }
#define FR_FAMILY                                                                                                      \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Arbelet", "Lefèvre", "Chauvin", "Bélanger", "Marchais", "Prévost", "Delorme", "Guérin", "Salvert", "Noël",    \
            "Tessier", "Aubréau", "Vasseur", NULL                                                                      \
    }

#define IT_HEAD                                                                                                        \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Vas", "Bell", "Mont", "Cast", "Riv", "Serr", "Fort", "Col", "Tor", "Ast", NULL                                \
    }
#define IT_TAIL                                                                                                        \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "aro", "edo", "erchio", "olana", "ignano", "antica", "orello", "aldo", "ugolo", NULL                           \
    }
#define IT_TRADE                                                                                                       \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Tubi", "Officine", "Lamiere", "Serramenti", "Arredi", "Meccanica", "Stampi", "Carpenteria", "Scale",          \
            "Utensili", "Fonderia", NULL                                                                               \
    }
#define IT_GIVEN                                                                                                       \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Livia", "Matteo", "Niccolò", "Chiara", "Davide", "Giulia", "Renzo", "Ilaria", "Tommaso", "Fabiana", "Piero",  \
            "Agnese", NULL                                                                                             \
    }
#define IT_FAMILY                                                                                                      \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Vasaro", "Bassani", "Corradi", "Fantuzzo", "Moretto", "Pellicanò", "Serafin", "Tabacchi", "Zanella",          \
            "Brunori", "Lucchetta", NULL                                                                               \
    }

#define IB_HEAD                                                                                                        \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Cast", "Arr", "Valde", "Monte", "Riba", "Alcor", "Pen", "Bel", "Serra", "Font", NULL                          \
    }
#define IB_TAIL                                                                                                        \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "ell", "ais", "mora", "frío", "longa", "ñuela", "seca", "alba", "nova", NULL                                   \
    }
#define IB_TRADE                                                                                                       \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Ebanistas", "Carroçarias", "Talleres", "Carpintería", "Metalúrgica", "Cerrajería", "Moldes", "Maquinaria",    \
            "Serralharia", "Mobiliário", "Calderería", NULL                                                            \
    }
#define IB_GIVEN                                                                                                       \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Hugo", "Mateus", "Begoña", "Íñigo", "Inês", "Joaquín", "Lucía", "João", "Núria", "Álvaro", "Conceição",       \
            "Martín", NULL                                                                                             \
    }
#define IB_FAMILY                                                                                                      \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Castell", "Arrais", "Muñiz", "Peñalver", "Gonçalves", "Ibáñez", "Sequeira", "Ordóñez", "Magalhães", "Zubiri", \
            "Calvão", NULL                                                                                             \
    }

#define SL_HEAD                                                                                                        \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Dąb", "Brzoz", "Jawor", "Lip", "Wierzb", "Żar", "Kam", "Świerk", "Stud", "Grab", NULL                         \
    }
#define SL_TAIL                                                                                                        \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "rowa", "ówka", "owiec", "iany", "enica", "oszyn", "nik", "ięcin", NULL                                        \
    }
#define SL_TRADE                                                                                                       \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Stolarnia", "Ślusarnia", "Konstrukcje", "Meble", "Odlewnia", "Narzędzia", "Spawalnia", "Schody", "Obróbka",   \
            "Maszyny", "Blachy", NULL                                                                                  \
    }
#define SL_GIVEN                                                                                                       \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Zofia", "Paweł", "Agnieszka", "Łukasz", "Grażyna", "Wojciech", "Bożena", "Michał", "Małgorzata", "Kamil",     \
            "Dorota", NULL                                                                                             \
    }
#define SL_FAMILY                                                                                                      \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Wróbel", "Jabłoński", "Zając", "Śliwa", "Pawłowicz", "Kołodziej", "Gąsior", "Nowicki", "Żuraw", "Dziedzic",   \
            NULL                                                                                                       \
    }

#define CYR_HEAD                                                                                                       \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Зареч|zarech", "Берёз|beryoz", "Липов|lipov", "Камен|kamen", "Вишн|vyshn", "Ясен|yasen", "Дубов|dubov",       \
            "Сосн|sosn", NULL                                                                                          \
    }
#define CYR_TAIL                                                                                                       \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "ський|skyi", "ивка|yvka", "ець|ets", "янка|yanka", "ичі|ychi", "енко|enko", NULL                              \
    }
#define CYR_TRADE                                                                                                      \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Метал|metal", "Верстати|verstaty", "Меблі|mebli", "Інструмент|instrument", "Сталь|stal",                      \
            "Деревообробка|derevo", "Механіка|mekhanika", NULL                                                         \
    }
#define CYR_GIVEN                                                                                                      \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Оксана|Oksana", "Андрій|Andrii", "Людмила|Liudmyla", "Тарас|Taras", "Ірина|Iryna", "Богдан|Bohdan",           \
            "Наталія|Nataliia", "Юрій|Yurii", NULL                                                                     \
    }
#define CYR_FAMILY                                                                                                     \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "Коваль|Koval", "Мельник|Melnyk", "Лисенко|Lysenko", "Гончар|Honchar", "Бойко|Boiko", "Савченко|Savchenko",    \
            "Ткач|Tkach", NULL                                                                                         \
    }

#define JA_HEAD                                                                                                        \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "青|ao", "北|kita", "松|matsu", "白|shiro", "高|taka", "森|mori", "竹|take", "清|kiyo", "夏|natsu", NULL       \
    }
#define JA_TAIL                                                                                                        \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "葉|ba", "沢|sawa", "岡|oka", "浜|hama", "原|hara", "瀬|se", "井|i", "倉|kura", NULL                           \
    }
#define JA_TRADE                                                                                                       \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "精機|seiki", "工業|kogyo", "木工|mokko", "製作所|seisakusho", "鋼管|kokan", "家具|kagu", "鉄工|tekko",        \
            "金型|kanagata", NULL                                                                                      \
    }
#define JA_GIVEN                                                                                                       \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "健一|Kenichi", "美咲|Misaki", "直樹|Naoki", "由美子|Yumiko", "大輔|Daisuke", "千春|Chiharu", "拓也|Takuya",   \
            "恵|Megumi", NULL                                                                                          \
    }
#define JA_FAMILY                                                                                                      \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "青木|Aoki", "中島|Nakajima", "小川|Ogawa", "西村|Nishimura", "藤井|Fujii", "岡田|Okada", "石原|Ishihara",     \
            "上野|Ueno", NULL                                                                                          \
    }

#define ZH_HEAD                                                                                                        \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "恒|heng", "明|ming", "东|dong", "金|jin", "华|hua", "远|yuan", "宏|hong", "瑞|rui", NULL                      \
    }
#define ZH_TAIL                                                                                                        \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "岳|yue", "川|chuan", "程|cheng", "泽|ze", "岭|ling", "源|yuan", "禾|he", NULL                                 \
    }
#define ZH_TRADE                                                                                                       \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "机械|jixie", "模具|muju", "家具|jiaju", "钢构|ganggou", "五金|wujin", "门窗|menchuang", NULL                  \
    }
#define ZH_GIVEN                                                                                                       \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "晓雯|Xiaowen", "志强|Zhiqiang", "丽华|Lihua", "建国|Jianguo", "思远|Siyuan", "海燕|Haiyan", "子轩|Zixuan",    \
            NULL                                                                                                       \
    }
#define ZH_FAMILY                                                                                                      \
    WORDS                                                                                                              \
    {                                                                                                                  \
        "陈|Chen", "刘|Liu", "赵|Zhao", "周|Zhou", "吴|Wu", "孙|Sun", "罗|Luo", NULL                                   \
    }

const struct region regions[] = {
    {"DE", "EUR", "+49", 34, false, "%sstraße %d", DE_HEAD, DE_TAIL, DE_TRADE, DE_GIVEN, DE_FAMILY},
    {"AT", "EUR", "+43", 6, false, "%sgasse %d", DE_HEAD, DE_TAIL, DE_TRADE, DE_GIVEN, DE_FAMILY},
    {"CH", "CHF", "+41", 8, false, "%sweg %d", DE_HEAD, DE_TAIL, DE_TRADE, DE_GIVEN, DE_FAMILY},
    {"IE", "EUR", "+353", 8, false, "%s Road %d", EN_HEAD, EN_TAIL, EN_TRADE, EN_GIVEN, EN_FAMILY},
    {"GB", "GBP", "+44", 5, false, "%s Lane %d", EN_HEAD, EN_TAIL, EN_TRADE, EN_GIVEN, EN_FAMILY},
    {"US", "USD", "+1", 12, false, "%s Avenue %d", EN_HEAD, EN_TAIL, EN_TRADE, EN_GIVEN, EN_FAMILY},
    {"SE", "SEK", "+46", 4, false, "%sgatan %d", NORD_HEAD, NORD_TAIL, NORD_TRADE, NORD_GIVEN, NORD_FAMILY},
    {"FI", "EUR", "+358", 2, false, "%svägen %d", NORD_HEAD, NORD_TAIL, NORD_TRADE, NORD_GIVEN, NORD_FAMILY},
    {"FR", "EUR", "+33", 6, false, "rue de %s %d", FR_HEAD, FR_TAIL, FR_TRADE, FR_GIVEN, FR_FAMILY},
    {"IT", "EUR", "+39", 5, false, "via %s %d", IT_HEAD, IT_TAIL, IT_TRADE, IT_GIVEN, IT_FAMILY},
    {"ES", "EUR", "+34", 4, false, "calle %s %d", IB_HEAD, IB_TAIL, IB_TRADE, IB_GIVEN, IB_FAMILY},
    {"PL", "PLN", "+48", 3, false, "ul. %s %d", SL_HEAD, SL_TAIL, SL_TRADE, SL_GIVEN, SL_FAMILY},
    {"UA", "EUR", "+380", 1.5, false, "%s %d", CYR_HEAD, CYR_TAIL, CYR_TRADE, CYR_GIVEN, CYR_FAMILY},
    {"JP", "JPY", "+81", 1.5, true, "%s %d", JA_HEAD, JA_TAIL, JA_TRADE, JA_GIVEN, JA_FAMILY},
    {"CN", "USD", "+86", 1, true, "%s %d", ZH_HEAD, ZH_TAIL, ZH_TRADE, ZH_GIVEN, ZH_FAMILY},
};

int regions_count(void)
{
    return (int)(sizeof regions / sizeof *regions);
}

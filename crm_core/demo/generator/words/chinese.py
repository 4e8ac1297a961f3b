"""Chinese words: family names of one and two signs, given names, firms, streets; with pinyin."""

from crm_core.demo.generator.words.lexicon import Lexicon, listed

_MEN = "伟强磊军洋勇杰涛明超刚平辉健波斌浩宇鹏飞建国志文海东龙毅"
_WOMEN = "芳娜敏静丽艳娟霞秀英玲桂香燕红梅雪莹琳洁婷慧颖佳怡欣月兰"
_SECOND = "小晓志文玉春国建海雅思子一"

_SOUNDS = listed(
    "王 Wang 李 Li 张 Zhang 刘 Liu 陈 Chen 杨 Yang 赵 Zhao 黄 Huang 周 Zhou"
    " 吴 Wu 徐 Xu 孙 Sun 胡 Hu 朱 Zhu 高 Gao 林 Lin 何 He 郭 Guo 马 Ma 罗 Luo"
    " 梁 Liang 宋 Song 郑 Zheng 谢 Xie 韩 Han 唐 Tang 冯 Feng 于 Yu 董 Dong"
    " 萧 Xiao 欧 Ou 阳 Yang 司 Si 上 Shang 官 Guan 伟 wei 强 qiang 磊 lei 军 jun"
    " 洋 yang 勇 yong 杰 jie 涛 tao 明 ming 超 chao 刚 gang 平 ping 辉 hui"
    " 健 jian 波 bo 斌 bin 浩 hao 宇 yu 鹏 peng 飞 fei 建 jian 国 guo 志 zhi"
    " 文 wen 海 hai 东 dong 龙 long 毅 yi 小 xiao 晓 xiao 芳 fang 娜 na 敏 min"
    " 静 jing 丽 li 艳 yan 娟 juan 霞 xia 秀 xiu 英 ying 玲 ling 桂 gui 香 xiang"
    " 燕 yan 红 hong 梅 mei 雪 xue 莹 ying 琳 lin 洁 jie 婷 ting 慧 hui 颖 ying"
    " 佳 jia 怡 yi 欣 xin 月 yue 兰 lan 玉 yu 春 chun 雅 ya 思 si 子 zi 一 yi"
    " 北 bei 方 fang 南 nan 江 jiang 长 chang 河 he 泰 tai 山 shan 金 jin 华 hua 夏 xia"
    " 新 xin 星 xing 天 tian 光 guang 贸 mao 易 yi 物 wu 流 liu 食 shi 品 pin 纺 fang"
    " 织 zhi 钢 gang 铁 tie 电 dian 机 ji 械 xie 材 cai 能 neng 源 yuan 科 ke 技 ji"
    " 印 yin 刷 shua"
)
PINYIN = dict(zip(_SOUNDS[::2], _SOUNDS[1::2], strict=True))
"""The Latin letters of each sign that the lists below use."""

CHINESE = Lexicon(
    language="zh",
    given={
        "m": (*_MEN, *(a + b for b in _MEN for a in _SECOND if a != b)),
        "f": (*_WOMEN, *(a + b for b in _WOMEN for a in _SECOND if a != b)),
    },
    fathers={},
    families=(
        *"王李张刘陈杨赵黄周吴徐孙胡朱高林",
        *"何郭马罗梁宋郑谢韩唐冯于董萧",
        "欧阳",
        "司马",
        "上官",
    ),
    endings=(),
    indeclinable=("",),
    firm_words=(
        ("北方", "南方", "东海", "长江", "黄河", "泰山", "金龙", "华夏", "新星", "天河", "光明"),
        ("贸易", "物流", "食品", "纺织", "钢铁", "电子", "机械", "建材", "能源", "科技", "印刷"),
    ),
    firm_pattern="{first}{second}",
    legal_patterns=("{name}有限公司", "{name}股份有限公司"),
    streets=("人民路", "中山路", "解放路", "建设路", "和平街", "长安街"),
    cities=("上海", "北京", "广州", "成都", "武汉", "西安"),
    street_pattern="{street}{house}号{flat}室",
)

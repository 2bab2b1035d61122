"""Names for the sample company: kanji, kana and the Latin letters of the mail address."""

Name = tuple[str, str, str]


def _table(text: str) -> list[Name]:
    rows = []
    for line in text.strip().splitlines():
        kanji, kana, letters = line.split()
        rows.append((kanji, kana, letters))
    return rows


SURNAMES = _table("""
佐藤 サトウ sato
鈴木 スズキ suzuki
高橋 タカハシ takahashi
田中 タナカ tanaka
伊藤 イトウ ito
渡辺 ワタナベ watanabe
山本 ヤマモト yamamoto
中村 ナカムラ nakamura
小林 コバヤシ kobayashi
加藤 カトウ kato
吉田 ヨシダ yoshida
山田 ヤマダ yamada
佐々木 ササキ sasaki
山口 ヤマグチ yamaguchi
松本 マツモト matsumoto
井上 イノウエ inoue
木村 キムラ kimura
林 ハヤシ hayashi
斎藤 サイトウ saito
清水 シミズ shimizu
山崎 ヤマザキ yamazaki
森 モリ mori
池田 イケダ ikeda
橋本 ハシモト hashimoto
阿部 アベ abe
石川 イシカワ ishikawa
中島 ナカジマ nakajima
前田 マエダ maeda
藤田 フジタ fujita
小川 オガワ ogawa
後藤 ゴトウ goto
岡田 オカダ okada
長谷川 ハセガワ hasegawa
村上 ムラカミ murakami
近藤 コンドウ kondo
石井 イシイ ishii
坂本 サカモト sakamoto
遠藤 エンドウ endo
青木 アオキ aoki
藤井 フジイ fujii
西村 ニシムラ nishimura
福田 フクダ fukuda
太田 オオタ ota
三浦 ミウラ miura
岡本 オカモト okamoto
松田 マツダ matsuda
中川 ナカガワ nakagawa
""")
"""47 of them: a prime number, so that the cycles below meet every pairing."""

MEN = _table("""
翔太 ショウタ shota
健一 ケンイチ kenichi
大輔 ダイスケ daisuke
拓也 タクヤ takuya
直樹 ナオキ naoki
誠 マコト makoto
和也 カズヤ kazuya
亮 リョウ ryo
隆 タカシ takashi
修平 シュウヘイ shuhei
悠斗 ユウト yuto
浩二 コウジ koji
哲也 テツヤ tetsuya
蓮 レン ren
剛 ツヨシ tsuyoshi
正樹 マサキ masaki
駿 シュン shun
秀明 ヒデアキ hideaki
洋平 ヨウヘイ yohei
""")

WOMEN = _table("""
美咲 ミサキ misaki
陽子 ヨウコ yoko
真由美 マユミ mayumi
彩 アヤ aya
遥 ハルカ haruka
恵子 ケイコ keiko
結衣 ユイ yui
麻衣 マイ mai
千尋 チヒロ chihiro
香織 カオリ kaori
葵 アオイ aoi
由紀 ユキ yuki
智子 トモコ tomoko
奈々 ナナ nana
沙織 サオリ saori
裕子 ヒロコ hiroko
凛 リン rin
久美子 クミコ kumiko
莉子 リコ riko
""")


def person(number: int) -> tuple[Name, Name, str]:
    """Surname, given name and 性別 of the n-th person: always the same, and no pairing twice below 1,700."""
    given = WOMEN if number % 2 else MEN
    return (
        SURNAMES[number % len(SURNAMES)],
        given[number // 2 % len(given)],
        "女性" if number % 2 else "男性",
    )

"""Forms of one character that people write for each other in names, the usual one first. Kept by hand.

Where they come from: the older forms beside the table of 常用漢字, the pairs that the law of the family register (戸籍法
施行規則 別表第二) allows in names, and what stands in 姓 and names of places besides; only those that NFKC leaves apart.
A change of this table makes the stored keys of searches be made anew, by itself (`accounts.spelling.RULES`).
"""

FORMS = (
    # 常用漢字 and their older forms
    "亜亞 悪惡 圧壓 囲圍 医醫 為爲 壱壹 飲飮 隠隱 栄榮 営營 衛衞 駅驛 円圓 塩鹽 縁緣 艶艷 応應 欧歐 殴毆 桜櫻 奥奧 横橫 温溫 穏穩 仮假 価價 画畫 会會 絵繪 壊壞 懐懷 概槪 拡擴 殻殼 覚覺 "
    "学學 岳嶽 楽樂 渇渴 缶罐 巻卷 陥陷 勧勸 寛寬 関關 歓歡 観觀 気氣 帰歸 既旣 亀龜 偽僞 戯戲 犠犧 旧舊 拠據 挙擧 虚虛 峡峽 挟挾 教敎 郷鄕 狭狹 暁曉 区區 駆驅駈 勲勳 薫薰 径徑 茎莖 恵惠 "
    "掲揭 渓溪 経經 蛍螢 軽輕 継繼 鶏鷄雞 芸藝 撃擊 欠缺 研硏 県縣 倹儉 剣劍劔劒剱釼 険險 圏圈 検檢 献獻 権權 顕顯 験驗 厳嚴 娯娛 広廣 効效 恒恆 黄黃 鉱鑛 告吿 号號 国國圀 黒黑 済濟 砕碎 "
    "歳歲 斎齋斉齊 剤劑 冊册 雑雜 参參 桟棧 蚕蠶 惨慘 賛贊 残殘 糸絲 歯齒 児兒 辞辭 湿濕 実實 写寫 舎舍 釈釋 寿壽 収收 従從 渋澁澀 獣獸 縦縱 粛肅 処處 緒緖 叙敍敘 将將 称稱 渉涉 焼燒 証證 "
    "奨奬獎 条條 状狀 乗乘 浄淨 剰剩 畳疊疉 縄繩 壌壤 嬢孃 譲讓 醸釀 触觸 嘱囑 真眞 寝寢 慎愼 尽盡 図圖 粋粹 酔醉 穂穗 随隨 髄髓 枢樞 数數 瀬瀨 声聲 青靑 清淸 静靜 摂攝 窃竊 専專 浅淺 "
    "戦戰 践踐 銭錢 潜潛 繊纖 禅禪 双雙 壮壯 争爭 荘莊 捜搜 挿插 巣巢 曽曾 痩瘦 装裝 総總 騒騷 増增 蔵藏 臓臟 即卽 属屬 続續 堕墮 対對 体體躰 帯帶 滞滯 台臺 滝瀧 択擇 沢澤 担擔 単單 胆膽 "
    "団團 断斷 弾彈 遅遲 痴癡 虫蟲 昼晝 鋳鑄 庁廳 徴徵 聴聽 勅敕 鎮鎭 逓遞 鉄鐵鐡 点點 転轉 伝傳 党黨 盗盜 灯燈 当當 闘鬪鬭 稲稻 徳德 独獨 読讀 届屆 内內 弐貳 悩惱 脳腦 覇霸 拝拜 廃廢 "
    "売賣 麦麥 発發 髪髮 抜拔 晩晚 蛮蠻 秘祕 浜濱濵 瓶甁 払拂 仏佛 併倂 並竝 餅餠 辺邊邉 変變 弁辨瓣辯 舗舖 歩步 宝寶寳 豊豐 褒襃 没沒 翻飜 毎每 万萬 満滿 麺麵 黙默 弥彌 訳譯 薬藥 与與 "
    "予豫 余餘 誉譽 揺搖 様樣 謡謠 来來 頼賴 乱亂 覧覽 竜龍 両兩 猟獵 緑綠 涙淚 塁壘 礼禮 励勵 戻戾 隷隸 霊靈 齢齡 暦曆 歴歷 恋戀 錬鍊 炉爐 労勞 郎郞 楼樓 録錄 湾灣 "
    # 人名用漢字 in two forms
    "亘亙 凛凜 尭堯 巌巖 晃晄 桧檜 槙槇 禄祿 穣穰 遥遙 萌萠 島嶋嶌 富冨 峰峯 野埜 園薗 涼凉 杯盃 桝枡 晋晉 "
    # in 姓 and in names of places
    "高髙 崎﨑碕嵜㟢 吉𠮷 土圡𡈽 橋𣘺槗 柳栁桺 桑桒 渕淵渊 薮藪籔 鶴靏靍 館舘 松枩柗 船舩 籠篭 芦蘆 鴎鷗 梅楳 熙煕熈凞 兎兔 莵菟 沖冲 聡聰 宮宫 戸戶户 姫姬 昂昻 尚尙 瑶瑤 侠俠 蛎蠣 祷禱 呉吳 "
    "彦彥 顔顏 産產 説說 税稅 悦悅 閲閱 脱脫 鋭銳 絶絕 倶俱 姉姊 柏栢 俣俁 壷壺 杉杦 間閒 蝉蟬 箪簞 蝋蠟 頬頰 掻搔 繋繫 鹸鹼 屏屛 曵曳 裏裡 麹麴 鯵鰺 鴬鶯 祢禰袮 諌諫 砺礪 涛濤 栃杤 "
    "旗籏簱 秋穐 櫨枦 靭靱 鉤鈎 磯礒 昇曻 宜冝 竃竈 冴冱 頴穎 讃讚 騨驒 繍繡 蒋蔣 醤醬 焔焰 顛顚 掴摑 噛嚙 嘘噓 躯軀 撹攪 唖啞 "
    # the small kana of counters and places: 市ヶ谷 and 市ケ谷
    "けゖ かゕ"
)
"""Groups with a blank between them; no character is in two of them."""

ONE_FORM = {ord(form): forms[0] for forms in FORMS.split() for form in forms[1:]}
"""For `str.translate`: each form to the usual one."""

"""What calls were about, in the agents' words: by language and by the catalogue's topic."""

from collections.abc import Mapping

ESSENCES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "ru": {
        "account": ("Уточнил остаток и последние операции.", "Просит справку об открытых счетах."),
        "card": (
            "Карта не прошла оплату в магазине, проверен лимит.",
            "Спрашивает, готова ли карта.",
        ),
        "payment": ("Перевод не дошёл, сверили реквизиты.", "Просит отменить ошибочный перевод."),
        "loan": ("Спрашивает дату и сумму следующего платежа.", "Хочет погасить кредит досрочно."),
        "arrears": ("Обещает внести просроченный платёж.", "Просрочка из-за задержки зарплаты."),
        "loan_application": ("Интересуется решением по заявке.", "Уточнил список документов."),
        "deposit": (
            "Спросил ставку по вкладу на год.",
            "Просит продлить вклад на тех же условиях.",
        ),
        "online_bank": ("Не приходит код для входа.", "Помогли восстановить доступ."),
        "personal_data": ("Сменил номер телефона.", "Сообщил о новом паспорте."),
        "fraud": (
            "Звонили от имени банка, просили код; код не назвал.",
            "Чужое списание по карте.",
        ),
        "complaint": ("Недоволен ожиданием в отделении.", "Жалуется на удержанную комиссию."),
        "other": ("Спросил часы работы отделения.", "Ошибся отделом, переведён."),
    },
    "uk": {
        "account": ("Уточнив залишок і останні операції.", "Просить довідку про відкриті рахунки."),
        "card": ("Картка не спрацювала в магазині, перевірено ліміт.", "Питає, чи готова картка."),
        "payment": (
            "Переказ не надійшов, звірили реквізити.",
            "Просить скасувати помилковий переказ.",
        ),
        "loan": ("Питає дату й суму наступного платежу.", "Хоче погасити кредит достроково."),
        "arrears": ("Обіцяє внести прострочений платіж.", "Прострочення через затримку зарплати."),
        "loan_application": ("Цікавиться рішенням за заявкою.", "Уточнив перелік документів."),
        "deposit": ("Запитав ставку за вкладом на рік.", "Просить продовжити вклад."),
        "online_bank": ("Не надходить код для входу.", "Допомогли відновити доступ."),
        "personal_data": ("Змінив номер телефону.", "Повідомив про новий паспорт."),
        "fraud": ("Телефонували від імені банку, просили код.", "Чуже списання з картки."),
        "complaint": ("Незадоволений очікуванням у відділенні.", "Скаржиться на утриману комісію."),
        "other": ("Запитав години роботи відділення.", "Помилився відділом, переведено."),
    },
    "en": {
        "account": (
            "Asked for the balance and the last entries.",
            "Wants a letter about accounts.",
        ),
        "card": (
            "Card was refused in a shop, checked the limit.",
            "Asks whether the card is ready.",
        ),
        "payment": ("Transfer has not arrived, compared details.", "Wants a wrong transfer back."),
        "loan": ("Asks for date and amount of the next payment.", "Wants to repay the loan early."),
        "arrears": ("Promises to pay what is overdue.", "Behind because the salary came late."),
        "loan_application": ("Asks for the decision.", "Asked which documents are missing."),
        "deposit": ("Asked for the rate for a year.", "Wants to renew the deposit."),
        "online_bank": ("The code for signing in does not come.", "Access restored."),
        "personal_data": ("Changed the phone number.", "Told of a new passport."),
        "fraud": ("Was asked for a code in the bank's name, told none.", "Does not know a charge."),
        "complaint": ("Waited too long in the branch.", "Complains about a fee."),
        "other": ("Asked for opening hours.", "Wrong department, passed on."),
    },
    "zh": {
        "account": ("查询余额和最近交易。", "要求开具账户证明。"),
        "card": ("银行卡在商店支付失败，已核对限额。", "询问新卡是否可领取。"),
        "payment": ("转账未到账，已核对信息。", "要求撤回错误转账。"),
        "loan": ("询问下次还款日期和金额。", "希望提前还清贷款。"),
        "arrears": ("承诺偿还逾期款项。", "因工资延迟而逾期。"),
        "loan_application": ("询问贷款申请结果。", "询问所需文件。"),
        "deposit": ("询问一年期存款利率。", "希望续存。"),
        "online_bank": ("收不到登录验证码。", "已协助恢复登录。"),
        "personal_data": ("更换了电话号码。", "告知新的证件信息。"),
        "fraud": ("有人冒充银行索要验证码，未告知。", "不认识的一笔扣款。"),
        "complaint": ("对网点等候时间不满。", "投诉手续费。"),
        "other": ("询问网点营业时间。", "部门错误，已转接。"),
    },
}

"""What a model card says, in both languages; `$names` are filled in by `card`."""

from typing import Final

_EN: Final = {
    "card": """# Claim models of $book

**Pricing use: none.** These models show what a book of policies says of claims. They set no premium, decline nobody and
take no telemetry: what a car sends for rescue is not used for pricing. A price needs a filing, an actuary and the
customer's consent for that purpose.

## What was fitted

$rows rows, $exposure years of exposure, $claims claims. $split: $fit_rows rows to fit, $test_rows to test.
Left out: $rejected. The GLM uses: $covariates.

## How good it is, on rows it had not seen

$figures

Deviance is the mean Poisson deviance per year of exposure. Ranges are 95 %, bootstrap of whole policyholders; those of
A/E (actual over expected) are exact Poisson. Boosted against GLM: $verdict.

Cost of claims: $severity

## Whom it may treat unlike

$fairness

A proxy's AUC says how well the other covariates tell the group from the rest: 0.5 not at all, 1 always. Gender is left
out unless the map lists it; where it is used, EU law (C-236/09) forbids to price by it.

## What to keep in mind

$warnings

Relativities are associations in this book, not causes. Vehicle condition has not been shown to predict claims.
Who is scored may ask for the three strongest reasons and for a person to look at it again.
""",
    "split file": "Tested on another book",
    "split group": "Split by policyholder, each on one side only",
    "split year": "Tested on the last year, each policyholder on one side only",
    "figures head": "| model | deviance | Gini | A/E |",
    "constant": "constant",
    "glm": "GLM",
    "boosted": "boosted trees",
    "boosted is better": "boosted is better beyond chance",
    "glm is better": "the GLM is better beyond chance",
    "no difference beyond chance": "no difference beyond chance",
    "severity": "gamma deviance $gamma (constant $gamma_constant), A/E $ae; pure premium (Tweedie): Gini $gini.",
    "not fitted": "not fitted",
    "finding": "- **$attribute** ($kind, $used): expected claims a year differ by a factor of up to $ratio between "
    "groups; beyond chance off the mark: $apart; proxy AUC $auc ($verdict)",
    "protected": "protected",
    "stands in": "may stand in for age, place or occupation",
    "used": "used",
    "not used": "not used",
    "strong proxy": "strong: the others give it away",
    "weak proxy": "weak",
    "none": "none",
    "nothing sensitive": "No column is protected or looks as if it stood in for one.",
}

_ZH: Final = {
    "card": """# $book 的理赔模型

**定价用途：无。** 这些模型说明一批保单的理赔情况；不定保费，不拒保，也不使用任何车联网数据：
为救援而上传的数据不用于定价。用于定价须另行备案，由精算师负责，并取得客户就该用途的同意。

## 拟合了什么

$rows 行，$exposure 车年，$claims 次赔案。$split：拟合 $fit_rows 行，检验 $test_rows 行。
剔除：$rejected。GLM 使用的变量：$covariates。

## 在未见过的行上表现如何

$figures

偏差为每车年的平均泊松偏差。区间为 95 %，按投保人整体自助抽样；A/E（实际/预期）的区间为精确泊松区间。
提升树与 GLM 相比：$verdict。

赔款：$severity

## 可能对谁不一视同仁

$fairness

代理变量的 AUC 表示其余变量能在多大程度上识别该组：0.5 为完全不能，1 为总能。除非映射文件列出，否则不使用性别；
即使使用，欧盟法律（C-236/09）也禁止按性别定价。

## 须注意

$warnings

相对系数是这批保单中的关联，不是因果。尚无证据表明车况能预测理赔。
被评分者可以要求给出三条最主要的理由，并要求人工复核。
""",
    "split file": "用另一批保单检验",
    "split group": "按投保人划分，每人只在一侧",
    "split year": "用最后一年检验，每名投保人只在一侧",
    "figures head": "| 模型 | 偏差 | 基尼系数 | A/E |",
    "constant": "常数",
    "glm": "GLM",
    "boosted": "提升树",
    "boosted is better": "提升树更好，超出偶然",
    "glm is better": "GLM 更好，超出偶然",
    "no difference beyond chance": "差别未超出偶然",
    "severity": "伽马偏差 $gamma（常数 $gamma_constant），A/E $ae；纯保费（Tweedie）：基尼系数 $gini。",
    "not fitted": "未拟合",
    "finding": "- **$attribute**（$kind，$used）：各组预期年赔案数最多相差 $ratio 倍；偏离超出偶然的组：$apart；"
    "代理 AUC $auc（$verdict）",
    "protected": "受保护",
    "stands in": "可能代表年龄、地点或职业",
    "used": "已使用",
    "not used": "未使用",
    "strong proxy": "强：其余变量会透露它",
    "weak proxy": "弱",
    "none": "无",
    "nothing sensitive": "没有受保护的列，也没有看似其代理的列。",
}

TEXTS: Final[dict[str, dict[str, str]]] = {"en": _EN, "zh": _ZH}

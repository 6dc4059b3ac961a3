#include <array>

#include "audit/output/message.h"

namespace assay::audit {
namespace {

constexpr std::array kAccounts{
    Message{"missing_rate", "an exchange rate from {0} to {1} at the claim's date",
            "主張の日付における{0}から{1}への為替レート"},
    Message{"no_exchange_rate",
            "The amounts are in two currencies and not compared; missing: {0}, stated by the claim "
            "or registered within a year of it.",
            "金額の通貨が異なるため比べない。不足：{0}（主張に記載、または1年以内の登録値）。"},
    Message{"converted_at", "{0} Converted at {1}.", "{0}換算レートは{1}。"},
    Message{"converted_near", "{0} Converted at {1}, taken as 15 % either side.",
            "{0}換算レートは{1}（前後15%の幅で計算）。"},
    Message{"rule.energy_times_tariff", "energy x tariff = cost of electricity",
            "電力量×電力単価＝電気料金"},
    Message{"rule.power_times_tariff", "GPU-hours x power x tariff = cost of electricity",
            "GPU時間×電力×電力単価＝電気料金"},
    Message{"more_than_electricity",
            "{0} The amount is not said to be of electricity alone, so this contradicts nothing.",
            "{0}金額が電気料金だけとは記載されていないため、矛盾ではない。"},
    Message{"rule.carbon_with_embodied", "energy x carbon intensity + embodied carbon = carbon",
            "電力量×炭素強度＋製造に伴う排出量＝CO2排出量"},
    Message{"making_in_carbon",
            "{0} What was emitted for the making of the devices is in it, and how much is not "
            "printed.",
            "{0}デバイスの製造に伴う排出量を含むが、その量は記載されていない。"},
    Message{"ratio_over_nought", "a ratio to {0} is no number", "{0}に対する比は数にならない"},
    Message{"price_options_exclude",
            "{0}; the source's own prices give {1}: as stated, these numbers do not fit.",
            "{0}だが、同じ資料の料金からは{1}となる。記載どおりではこれらの数値は両立しない。"},
    Message{"word.evidence", "evidence", "根拠"},
    Message{"probe_other_model",
            "The layers that were timed are of {0}; the claim is of {1}: they say nothing of it.",
            "計測された層は{0}のもので、主張は{1}についてのもの。根拠にならない。"},
    Message{"model_not_stated", "a model that is not stated", "記載のないモデル"},
    Message{"probe_no_rate",
            "The claim states no hours and tokens that the timed layers of {0} could be held "
            "against.",
            "{0}の層の計測値と比べられるGPU時間とトークン数の記載がない。"},
    Message{"rule.date_beyond_registry", "date later than the registry knows of",
            "登録内容より後の日付"},
    Message{"date_beyond_registry",
            "{0} is more than a year after the newest document of the registry ({1}).",
            "{0}は、登録された最新の資料（{1}）より1年以上後。"},
};

}  // namespace

std::span<const Message> account_messages() { return kAccounts; }

}  // namespace assay::audit

#include <array>

#include "report/wording.h"

namespace assay::report {
namespace {

constexpr auto kPhrases = std::to_array<Wording>({
    {"phrase.rent", "device rent", "デバイス利用料"},
    {"phrase.energy", "energy", "エネルギー"},
    {"phrase.overhead", "node overhead", "ノードの付帯電力"},
    {"phrase.building", "building (PUE - 1)", "建物（PUE - 1）"},
    {"phrase.no_rent", "device rent: no price was named", "デバイス利用料（価格の指定なし）"},
    {"phrase.no_energy", "energy: not measured", "エネルギー（未測定）"},
    {"phrase.no_energy_price", "energy: metered, but no price of a kWh was named",
     "エネルギー（測定済み、kWh 単価の指定なし）"},
    {"phrase.no_overhead", "energy of the node beside its metered devices",
     "測定対象以外のノードのエネルギー"},
    {"phrase.no_building", "cooling and power conversion of the building (PUE)",
     "建物の冷却と電力変換（PUE）"},
    {"phrase.no_joules",
     "building (PUE - 1): there are no joules to multiply, neither measured nor of the node",
     "建物（PUE - 1）：掛けるエネルギーがない（測定値もノードの値もない）"},
    {"phrase.no_total", "a total: the lines are in different currencies",
     "合計（通貨が異なるため）"},
    {"phrase.others", "staff, earlier and failed runs, storage and network",
     "人件費、過去の実行と失敗した実行、ストレージとネットワーク"},
    {"phrase.finished", "finished", "完了"},
    {"phrase.preempted", "preempted", "中断（プリエンプション）"},
    {"phrase.all_validation", "all validation data", "検証データ全体"},
    {"phrase.part_validation", "part of the validation data", "検証データの一部"},
    {"phrase.at_start", "measured when the run started", "実行開始時に測定"},
    {"phrase.no_step", "no timed step", "計測対象のステップなし"},
    {"phrase.no_ceiling", "the device is not in the registry and no ceiling was measured",
     "デバイスがレジストリになく、上限も測定されていない"},
    {"phrase.different", "the run held different devices", "異なる種類のデバイスを使用"},
});

}  // namespace

std::span<const Wording> phrase_wordings() { return kPhrases; }

}  // namespace assay::report

#include "report/wording.h"

#include <fmt/format.h>

#include <array>
#include <unordered_map>

#include "error/error.h"

namespace assay::report {
namespace {

constexpr auto kWordings = std::to_array<Wording>({
    {"title", "Assay report", "Assay レポート"},
    {"generated", "Generated", "生成日時"},
    {"command", "Command", "コマンド"},
    {"registry", "Registry", "レジストリ"},
    {"not_available", "not available", "データなし"},
    {"figure", "Figure", "項目"},
    {"value", "Value", "値"},
    {"provenance", "Provenance", "由来"},
    {"note", "Note", "備考"},
    {"provenance.measured", "measured", "実測"},
    {"provenance.derived", "derived", "計算値"},
    {"provenance.quoted", "quoted", "引用"},
    {"provenance.assumed", "assumed", "仮定"},

    {"section.summary", "At a glance", "概要"},
    {"section.run", "The run", "実行内容"},
    {"section.loss", "Loss", "損失"},
    {"section.throughput", "Throughput", "スループット"},
    {"section.inference", "Generation", "生成（推論）"},
    {"section.phases", "Phases of a step", "ステップの内訳"},
    {"section.utilisation", "Model FLOPs utilisation", "モデル FLOPs 利用率"},
    {"section.energy", "Energy", "エネルギー"},
    {"section.cost", "Cost", "コスト"},
    {"section.time", "Time, to the last second", "時間の内訳（全秒数）"},
    {"section.experts", "Load of the experts", "エキスパートの負荷"},
    {"section.sample", "Generated text", "生成テキスト"},
    {"section.origin", "Where this came from", "来歴"},
    {"section.verdicts", "Claims", "主張の検証"},

    {"status", "Status", "状態"},
    {"status.open", "no stop record", "終了記録なし"},
    {"status.open.note", "still running, or killed", "実行中、または強制終了"},
    {"validation_loss", "Validation loss", "検証損失"},
    {"best_validation_loss", "Best validation loss", "最良の検証損失"},
    {"bits_per_byte", "Validation, bits per byte", "検証（バイトあたりビット）"},
    {"tokens_per_s", "Throughput", "スループット"},
    {"device_hours", "Device-hours held", "デバイス占有時間"},
    {"cost_total", "Cost", "コスト"},
    {"energy_total", "Energy", "エネルギー"},
    {"utilisation.exact_causal", "MFU, exact_causal", "MFU（exact_causal）"},
    {"utilisation.exact_full", "MFU, exact_full", "MFU（exact_full）"},
    {"utilisation.six_nd", "MFU, six_nd", "MFU（six_nd）"},
    {"share.exact_causal", "Share of measured ceiling, exact_causal",
     "実測上限に対する割合（exact_causal）"},
    {"share.exact_full", "Share of measured ceiling, exact_full",
     "実測上限に対する割合（exact_full）"},
    {"share.six_nd", "Share of measured ceiling, six_nd", "実測上限に対する割合（six_nd）"},
    {"achieved.exact_causal", "Achieved per device, exact_causal",
     "デバイスあたり実効値（exact_causal）"},
    {"achieved.exact_full", "Achieved per device, exact_full",
     "デバイスあたり実効値（exact_full）"},
    {"achieved.six_nd", "Achieved per device, six_nd", "デバイスあたり実効値（six_nd）"},
    {"ceiling", "Divided by", "分母"},
    {"utilisation.intro",
     "FLOPs of the model for the tokens trained, over step time, per device. exact_causal counts "
     "attention as half of s×s, exact_full as all of it, six_nd is 6 × all active parameters. "
     "Warm-up steps are left out.",
     "学習したトークンに対するモデルの FLOPs を、ステップ時間とデバイス数で割った値。exact_causal "
     "は注意機構を s×s の半分、exact_full は全体として数え、six_nd は 6 × 全アクティブパラメータ。"
     "ウォームアップのステップは除く。"},
    {"goodput", "Goodput (productive / held)", "グッドプット（有効時間 / 占有時間）"},

    {"model", "Model", "モデル"},
    {"parameters", "Parameters", "パラメータ数"},
    {"precision", "Precision", "精度"},
    {"devices", "Devices", "デバイス"},
    {"world_size", "Ranks", "ランク数"},
    {"config_changed", "Config changed", "設定の変更"},
    {"threads", "Threads", "スレッド数"},
    {"stages", "Stages", "ステージ"},
    {"steps", "Steps", "ステップ数"},
    {"steps_superseded", "Steps lost and done again", "失われやり直したステップ"},
    {"steps_skipped", "Steps skipped (not finite)", "スキップしたステップ（非有限値）"},
    {"tokens", "Tokens", "トークン数"},
    {"team", "Team", "チーム"},
    {"project", "Project", "プロジェクト"},
    {"cost_centre", "Cost centre", "コストセンター"},
    {"started", "Started", "開始"},

    {"first_loss", "First training loss", "最初の学習損失"},
    {"last_loss", "Last training loss", "最後の学習損失"},
    {"unigram_entropy", "Unigram entropy of the corpus", "コーパスのユニグラムエントロピー"},
    {"unigram_entropy.note", "what a model scores that knows only how frequent each token is",
     "各トークンの頻度だけを知るモデルの損失"},
    {"plot.loss", "Training loss (mean and range of each window of steps) and validation",
     "学習損失（区間ごとの平均と範囲）と検証損失"},
    {"plot.training", "training", "学習"},
    {"plot.validation", "validation", "検証"},
    {"plot.step", "step", "ステップ"},
    {"plot.throughput", "Tokens per second (each window of steps)",
     "毎秒トークン数（ステップ区間ごと）"},

    {"median_step", "Median step", "ステップ時間の中央値"},
    {"slow_step", "95th percentile step", "ステップ時間の 95 パーセンタイル"},
    {"warmup_steps", "Warm-up steps, left out of rates", "ウォームアップ（集計から除外）"},
    {"clock", "Clock", "時計"},

    {"layers", "Layers of a step", "ステップ内の層"},
    {"layers.parts", "forward {}, backward {}; of the steps whose layers were timed",
     "順伝播 {}、逆伝播 {}（層を計測したステップの平均）"},
    {"profiler_share", "Time of the profiler itself", "プロファイラ自身の時間"},
    {"phase.data", "data", "データ"},
    {"phase.forward", "forward", "順伝播"},
    {"phase.backward", "backward", "逆伝播"},
    {"phase.comm", "comm (exposed)", "通信（非重畳）"},
    {"phase.optimizer", "optimizer", "オプティマイザ"},
    {"phase.other", "other", "その他"},
    {"plot.phases", "Mean time of a step by phase", "ステップ平均時間の内訳"},

    {"energy_per_token", "Energy per token", "トークンあたりエネルギー"},
    {"mean_power", "Mean power", "平均電力"},
    {"energy_by_phase", "Energy by phase", "段階別エネルギー"},
    {"energy_metered_share", "Part of the steps' time with energy readings",
     "電力を読めた時間の割合"},
    {"energy.metered", "joules outside of it are not known and in no figure",
     "それ以外の時間の電力量は不明で、どの数値にも含まない"},
    {"energy.not_fitted", "Shared out to phases by time, not by fitted powers",
     "段階への配分は時間按分（電力の当てはめは不採用）"},
    {"energy_scope", "What the total covers", "合計に含む範囲"},
    {"energy.not_measured", "not measured", "未測定"},
    {"energy.resets", "{} counter resets: what was used then is not known",
     "カウンタのリセット {} 回（その間の消費量は不明）"},
    {"energy.ratio", "counter over power integral: {:.3f}", "カウンタ÷電力積分：{:.3f}"},
    {"energy.disagree", "they differ by more than 5 %: take the interval, not the figure",
     "差が 5 % を超える：値ではなく区間を用いること"},
    {"energy.bounds",
     "between {} and {}: tick, sensor (5 % without calibration) and check of the counter",
     "{} ～ {}：カウンタの刻み、センサ（未校正で 5 %）、検算を含む"},
    {"energy.no_bounds", "no interval: part of it is assumed", "区間なし：一部は仮定"},
    {"energy.not_counted", "not in the total: {}", "合計に含めない: {}"},
    {"energy.covered", "over {}", "{} の間"},

    {"cost.no_price", "no price was named: hours only", "価格の指定なし（時間のみ）"},
    {"cost.not_included", "Not included: {}", "含まないもの: {}"},

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

    {"held", "Held", "占有時間"},
    {"state.startup", "startup", "起動"},
    {"state.productive", "productive", "有効"},
    {"state.eval", "eval", "評価"},
    {"state.checkpoint", "checkpoint", "チェックポイント"},
    {"state.lost", "lost", "損失"},
    {"state.idle", "idle", "アイドル"},
    {"plot.time", "Where the time held went", "占有時間の内訳"},
    {"between_processes", "Between two processes (not held)", "プロセス間（占有外）"},
    {"unsecured", "Since the last durable checkpoint", "最後の永続チェックポイント以降"},
    {"processes", "Processes of the run", "実行プロセス数"},
    {"time.intro",
     "The six states add up to the time that devices were held, from the start of each process to "
     "its stop record.",
     "六つの状態の合計は、各プロセスの開始から終了記録までデバイスを占有した時間に等しい。"},

    {"expert_load", "Layer {}: busiest expert over the mean", "層 {}: 最大負荷 / 平均負荷"},
    {"routing", "Routing", "ルーティング"},
    {"routing.learned", "learned, every choice computed", "学習済み（全選択を計算）"},
    {"routing.capacity", "learned, capacity factor {}", "学習済み（容量係数 {}）"},
    {"routing.forced", "forced balance: experts in turn", "強制均等（順番に割り当て）"},
    {"routing.forced.note",
     "Forced-balanced routing: a benchmark of speed. Its losses and loads are no evidence about "
     "training.",
     "強制均等ルーティング：速度測定用。損失と負荷は学習の証拠にならない。"},
    {"dropped_share", "Choices dropped for want of capacity", "容量不足で破棄された選択"},
    {"plot.experts", "Share of the routed tokens by expert", "エキスパート別トークン割合"},
    {"plot.layer", "layer {}", "層 {}"},

    {"inference.intro", "Prefill: the pass over prompts; decode: the steps after. Price: rent.",
     "プリフィルはプロンプトの処理、デコードはそれ以後。価格は装置の賃料のみ。"},
    {"inference.prompts", "Prompts", "プロンプト数"},
    {"inference.sequences", "Completions", "生成系列数"},
    {"inference.prompt_tokens", "Prompt tokens", "プロンプトのトークン数"},
    {"inference.generated_tokens", "Generated tokens", "生成トークン数"},
    {"inference.first_token", "Time to first token, median", "最初のトークンまで（中央値）"},
    {"inference.slowest_first_token", "The same, slowest batch", "最初のトークンまで（最長）"},
    {"inference.rate.prefill", "Prefill speed", "プリフィル速度"},
    {"inference.rate.decode", "Decode speed", "デコード速度"},
    {"inference.flops.prefill", "Prefill, 2 x active parameters", "プリフィル計算利用率"},
    {"inference.flops.decode", "Decode, 2 x active parameters", "デコード計算利用率"},
    {"inference.price.prefill", "Million prompt tokens", "プロンプト 100 万トークン"},
    {"inference.price.decode", "Million generated tokens", "生成 100 万トークン"},
    {"inference.busy_price", "devices busy all the time", "装置が常に稼働している場合"},
    {"inference.kv", "Keys and values of one sequence", "1 系列のキーと値のメモリ"},
    {"inference.busy", "Busy share of the time held", "保持時間の稼働率"},
    {"inference.energy", "Energy per generated token", "生成トークンあたりの電力量"},
    {"inference.no_energy", "no source measured it", "測定した電力源がありません"},
    {"inference.price.held", "Million tokens, all time held", "100 万トークン（全保持時間）"},
    {"inference.no_price", "no price was named", "価格が指定されていません"},
    {"sample.after", "after step {}", "ステップ {} の後"},
    {"run_id", "Run", "実行 ID"},
    {"code_version", "Code", "コード"},
    {"compiler", "Compiler", "コンパイラ"},
    {"libtorch", "LibTorch", "LibTorch"},
    {"config_sha256", "sha256 of the config", "設定の sha256"},
    {"binary_sha256", "sha256 of the program", "プログラムの sha256"},
    {"seed", "Seed", "シード"},
    {"host", "Host", "ホスト"},
    {"data_files", "Data", "データ"},
    {"tokenizer", "Tokenizer", "トークナイザ"},
    {"directory", "Directory", "ディレクトリ"},
    {"resolved_config", "Resolved config", "確定した設定"},
    {"data_digests", "Digests of the data", "データのダイジェスト"},
    {"process_differs", "Process {}: {} differs from the first process: {}",
     "プロセス {}: {} が最初のプロセスと異なる: {}"},
    {"warning", "Warning: {}", "警告: {}"},

    {"verdict.reproduced", "reproduced", "再現できた"},
    {"verdict.plausible", "plausible", "妥当"},
    {"verdict.inconsistent", "inconsistent", "不整合"},
    {"verdict.unverifiable", "unverifiable", "検証不能"},
    {"verdict.context", "context", "参考"},
    {"result.pass", "pass", "合格"},
    {"result.flag", "flag", "要注意"},
    {"result.fail", "fail", "不合格"},
    {"result.n/a", "n/a", "対象外"},
    {"kind.identity", "identity", "恒等式"},
    {"kind.physics", "physics", "物理"},
    {"kind.measurement", "measurement", "実測"},
    {"kind.price", "price", "価格"},
    {"kind.power", "power", "電力"},
    {"kind.scope", "scope", "範囲"},
    {"kind.provenance", "provenance", "由来"},
    {"verdict.intro",
     "inconsistent means: as stated, these numbers do not fit. It does not mean false or "
     "dishonest. A flag is shown and never turns a verdict.",
     "「不整合」は、記載どおりでは数値が整合しないという意味であり、虚偽や不誠実を意味しない。"
     "「要注意」は表示のみで、判定を変えない。"},
    {"verdict.cpu_caveat",
     "The runs above were made on a CPU. They show the method; they are no evidence about the "
     "accelerators that the claims speak of.",
     "上の実行は CPU "
     "によるもの。手法を示すだけで、主張が対象とするアクセラレータの証拠にはならない。"},
    {"claim", "Claim", "主張"},
    {"verdict", "Verdict", "判定"},
    {"claimed", "Claimed", "主張値"},
    {"recomputed", "Recomputed", "再計算値"},
    {"computed", "computed", "計算値"},
    {"expected", "expected", "比較値"},
    {"implied_mfu", "Implied MFU", "含意される MFU"},
    {"implied_price", "Implied price", "含意される価格"},
    {"implied_power", "Implied power", "含意される電力"},
    {"of_peak", "of {}", "分母: {}"},
    {"checks", "Checks", "検査"},
    {"formula", "Formula", "式"},
    {"inputs", "Inputs", "入力"},
    {"input", "Input", "入力"},
    {"source", "Source", "出典"},
    {"sources", "Sources", "出典一覧"},
    {"mark", "Mark", "確認"},
    {"mark.seen", "seen", "確認済み"},
    {"mark.recalled", "recalled", "記憶による"},
    {"mark.derived", "derived", "導出"},
    {"flags", "Flags", "要注意"},
    {"missing", "Missing", "不足"},
    {"assumptions", "Assumptions", "仮定"},
    {"scope", "Scope", "範囲"},
    {"scope.included", "included", "含む"},
    {"scope.excluded", "excluded", "含まない"},
    {"scope.not-stated", "not stated", "記載なし"},
    {"runs", "Runs", "実行"},
    {"footer", "One self-contained file, made by assay. It loads nothing from the network.",
     "assay が生成した自己完結ファイル。ネットワークからは何も読み込まない。"},
});

std::unordered_map<std::string_view, const Wording*> index_wordings() {
  std::unordered_map<std::string_view, const Wording*> index;
  for (const Wording& one : kWordings) index.emplace(one.id, &one);
  for (const Wording& one : claims_wordings()) index.emplace(one.id, &one);
  return index;
}

}  // namespace

std::span<const Wording> wordings() { return kWordings; }

std::string_view wording(audit::Language language, std::string_view id) {
  static const std::unordered_map<std::string_view, const Wording*> index = index_wordings();
  const auto found = index.find(id);
  if (found == index.end()) throw InternalError(fmt::format("[report] no wording: {}", id));
  return language == audit::Language::kJapanese ? found->second->ja : found->second->en;
}

std::string phrase(audit::Language language, std::string_view text) {
  const std::string_view head = text.substr(0, text.find(';'));
  for (const Wording& candidate : kWordings) {
    if (!candidate.id.starts_with("phrase.") || candidate.en != head) continue;
    const std::string_view said =
        language == audit::Language::kJapanese ? candidate.ja : candidate.en;
    return std::string(said) + std::string(text.substr(head.size()));
  }
  return std::string(text);
}

}  // namespace assay::report

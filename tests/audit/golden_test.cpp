#include "audit/expected_labels.h"
#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

TEST_CASE("the rules give every claim of the registry its expected label") {
  const auto expected = read_expected(source_dir() / "tests" / "golden" / "audit_expected.toml");
  std::vector<Verdict> verdicts;
  for (const auto& [id, claim] : registry_claims().claims()) verdicts.push_back(audited(id));
  CHECK(verdicts.size() >= 129);
  for (const std::string& line : differences(verdicts, expected)) FAIL_CHECK(line);
  for (const auto& [id, label] : expected) {
    INFO(id);
    CHECK(registry_claims().claims().contains(id));
  }
}

TEST_CASE("V3's implied MFU is 39.06, 43.85 and 35.14 %") {
  const Verdict verdict = audited("dsv3-total-2788k");
  REQUIRE(verdict.implied_mfu);
  CHECK(verdict.implied_mfu->exact_causal == Approx(0.3906).margin(0.0005));
  CHECK(verdict.implied_mfu->exact_full == Approx(0.4385).margin(0.0005));
  CHECK(verdict.implied_mfu->six_nd == Approx(0.3514).margin(0.0005));
  CHECK(verdict.implied_mfu->peak_flops == 989.4e12);
}

TEST_CASE("V3's hours and cost are recomputed exactly") {
  const Verdict verdict = audited("dsv3-total-2788k");
  CHECK(check_of(verdict, "stages_add_up").computed->value == 2788000);
  CHECK(check_of(verdict, "hours_times_price").computed->value == 5576000);
  CHECK(verdict.recomputed->value == 5576000);
  CHECK(verdict.recomputed->unit == "USD");
  CHECK(verdict.flags.empty());
  CHECK(verdict.missing.empty());
}

TEST_CASE("R1's cost is 294.7 thousand by exact hours and 294.0 by rounded ones") {
  const Verdict verdict = audited("r1-294k-table");
  CHECK(check_of(verdict, "stages_from_time").computed->value == 294672);
  CHECK(check_of(verdict, "hours_times_price").computed->value == 294000);
  CHECK(check_of(verdict, "stages_from_time").result == CheckResult::kPass);
}

TEST_CASE("FLOPs per token of V3 and V2 are 250.4 and 155.3 GFLOP") {
  const Verdict verdict = audited("dsv3-flop-per-token");
  std::vector<double> computed;
  for (const Check& check : verdict.checks) {
    if (check.rule == "flops_per_token_of_shape") computed.push_back(check.computed->value);
  }
  REQUIRE(computed.size() == 4);
  CHECK(computed[0] == Approx(250.450).margin(0.0005));
  CHECK(computed[1] == Approx(155.304).margin(0.0005));
  CHECK(computed[2] == Approx(2473).epsilon(0.001));
  CHECK(verdict.flags == std::vector<std::string>{"flops_per_token_of_shape"});
}

TEST_CASE("80 h on 512 GPUs cannot give 294,000 dollars, but one stage of R1") {
  const Verdict verdict = audited("news0-r1-294k");
  CHECK(check_of(verdict, "devices_times_time").result == CheckResult::kFail);
  CHECK(check_of(verdict, "devices_times_time").computed->value == 40960);
  CHECK(verdict.recomputed->value == 81920);  // at the first-hand 2 dollars an hour
  CHECK(check_of(verdict, "stage_for_total").sentence.find("R1 (41e3 gpu_h)") != std::string::npos);
  CHECK(verdict.implied_price->value == Approx(7.18).margin(0.005));
  CHECK(flagged(verdict, "implied_price"));
  CHECK(check_of(verdict, "conversion_at_stated_rate").result == CheckResult::kPass);
}

TEST_CASE("648 GPUs are 64 x 8 with a lost sign") {
  const Verdict verdict = audited("r1-648-gpus-press");
  CHECK(check_of(verdict, "digits_run_together").formula == "64 * 8 = 512 gpu");
  // 648 devices would have been at work for 79 % of the time: it is the table that says 512.
  CHECK(check_of(verdict, "devices_times_time").result == CheckResult::kFlag);
  CHECK(check_of(verdict, "first_hand_input").result == CheckResult::kFail);
}

TEST_CASE("V3's cost under R1's name is another subject and another date") {
  const Verdict verdict = audited("news3-5.6m-r1-misattrib");
  CHECK(check_of(verdict, "first_hand_subject").result == CheckResult::kFail);
  CHECK(verdict.flags == std::vector<std::string>{"first_hand_date"});
}

TEST_CASE("Epoch's chip-hours of V2 are a rate stored as a total") {
  const Verdict verdict = audited("epoch-v2-chip-hours");
  CHECK(check_of(verdict, "unit_stored_as_another").result == CheckResult::kFail);
  CHECK(check_of(verdict, "rate_times_tokens").computed->value == Approx(1.3997e6).epsilon(1e-4));
}

TEST_CASE("capital of a company is not a run's cost") {
  CHECK(flagged(audited("news3-semianalysis-500m"), "capex_is_not_a_run"));
  CHECK(flagged(audited("semianalysis-1.6b"), "capex_is_not_a_run"));
  CHECK(flagged(audited("semianalysis-1.6b"), "disputed"));
}

TEST_CASE("a tenth of a price depends on version and date") {
  const Verdict verdict = audited("news4-api-gpt35-tenth");
  REQUIRE(verdict.tables.size() == 1);
  CHECK(verdict.tables[0].rows.size() == 16);
  CHECK(std::count_if(verdict.tables[0].rows.begin(), verdict.tables[0].rows.end(),
                      [](const auto& row) { return row[3] == "yes"; }) == 4);
  CHECK(verdict.missing.size() == 1);
}

TEST_CASE("11 times the hours holds, on unlike devices and precisions") {
  const Verdict verdict = audited("llama405-vs-v3-11x");
  CHECK(verdict.recomputed->value == Approx(11.06).margin(0.005));
  CHECK(flagged(verdict, "operands_on_unlike_devices"));
  CHECK(flagged(verdict, "operands_at_unlike_precision"));
}

TEST_CASE("V2 saves 42.51 % of GPU-hours at an implied MFU of 25.2 and 20.8 %") {
  const Verdict verdict = audited("dsv2-172.8k");
  CHECK(verdict.recomputed->value == Approx(42.51).margin(0.005));
  CHECK(verdict.implied_mfu->exact_causal == Approx(0.252).margin(0.0005));
  CHECK(verdict.implied_mfu->six_nd == Approx(0.208).margin(0.0005));
}

TEST_CASE("electricity is about 4.9 % of V3's cost, inside the published 2 to 6 %") {
  const Verdict verdict = audited("news0-gpu-power-majority");
  CHECK(check_of(verdict, "energy_share").computed->value == Approx(4.9).margin(0.06));
  CHECK(check_of(verdict, "energy_share").result == CheckResult::kPass);
  CHECK(check_of(verdict, "shares_of_the_whole").computed->bounds->low == Approx(49));
  CHECK(check_of(verdict, "shares_of_the_whole").computed->bounds->high == Approx(73));
}

TEST_CASE("the published costs of GPT-4 lie 19-fold apart") {
  const Verdict verdict = audited("news4-gpt4-100m");
  REQUIRE(verdict.tables.size() == 1);
  CHECK(verdict.tables[0].title.find("19.1") != std::string::npos);
  CHECK(verdict.tables[0].rows.size() >= 6);
}

TEST_CASE("Epoch's MFU of V3 was divided by the FP8 peak") {
  const Verdict verdict = audited("dsv3-mfu");
  CHECK(check_of(verdict, "mfu_against_other_peak").sentence.find("fp8") != std::string::npos);
  CHECK(check_of(verdict, "tokens_over_throughput").computed->value ==
        Approx(2.6666e6).epsilon(1e-4));
}

TEST_CASE("GPT-3's energy and emissions follow from devices, time, power and grid") {
  const Verdict verdict = audited("gpt3-flop-energy");
  CHECK(check_of(verdict, "energy_from_devices").computed->value == Approx(1289.4e3).epsilon(1e-4));
  // Solved for the headline: 552.1 t at 0.429 kg per kWh.
  CHECK(check_of(verdict, "carbon_from_energy").computed->value == Approx(1286.9e3).epsilon(1e-4));
  CHECK(check_of(verdict, "carbon_from_energy").result == CheckResult::kPass);
  CHECK(check_of(verdict, "compute_of_shape").result == CheckResult::kPass);
}

TEST_CASE("PaLM's emissions are 271.43 tonnes") {
  CHECK(check_of(audited("palm-540b"), "carbon_from_power").computed->value ==
        Approx(271.43e3).epsilon(2e-5));
  CHECK(check_of(audited("palm-540b"), "stage_times_add_up").computed->value == 8404992);
}

TEST_CASE("LLaMA-65B used 449.8 MWh and emitted 173.2 tonnes, at 47.8 % by 6ND") {
  const Verdict verdict = audited("llama1-65b");
  CHECK(check_of(verdict, "energy_from_power").computed->value == Approx(449.8e3).epsilon(1e-4));
  // 449.84 MWh at 0.385 kg per kWh are 173.2 tonnes, printed as 173.
  CHECK(check_of(verdict, "carbon_from_energy").result == CheckResult::kPass);
  CHECK(verdict.implied_mfu->six_nd == Approx(0.478).margin(0.0005));
}

TEST_CASE("TinyLlama reaches 56.5 % over 90 days and takes 90.4 at its throughput") {
  const Verdict verdict = audited("tinyllama");
  CHECK(verdict.implied_mfu->exact_full == Approx(0.565).margin(0.0005));
  CHECK(check_of(verdict, "devices_times_device_throughput").computed->value ==
        Approx(90.4 * 86400).epsilon(1e-3));
}

TEST_CASE("MiniMax-M1 paid 2.072 dollars an hour") {
  CHECK(audited("minimax-m1-534.7k").implied_price->value == Approx(2.072).margin(0.0005));
}

TEST_CASE("published entries that must be flagged are, and by these rules") {
  const std::vector<std::pair<std::string, std::string>> expected{
      {"llama2-total", "stages_add_up"},
      {"llama3-8b", "implied_mfu"},
      {"yi-lightning-3m", "variants_differ"},
      {"opt-175b", "hfu_quoted_as_mfu"},
      {"bloom-176b", "hfu_quoted_as_mfu"},
      {"mt-nlg-530b", "hfu_quoted_as_mfu"},
      {"s1-6usd", "implied_price"},
      {"llama33-inconsistent", "restated_total"},
      {"gpt2-43k", "price_of_several_devices"},
      {"kimi-k2-4.6m", "disputed"},
      {"palm-540b", "compute_from_utilisation"},
      {"hunyuan-large", "compute_of_shape"},
      {"epoch-v2-chip-hours", "rate_as_total"},
      {"dsv3-mfu", "mfu_against_other_peak"}};
  for (const auto& [id, rule] : expected) {
    INFO(id << " " << rule);
    CHECK(flagged(audited(id), rule));
  }
  CHECK(audited("llama3-8b").implied_mfu == std::nullopt);  // no sequence length is published
  CHECK(check_of(audited("llama3-8b"), "implied_mfu").computed->value ==
        Approx(0.156).margin(0.0005));
}

TEST_CASE("a comparison of V3 with a reasoning model is flagged") {
  CHECK(flagged(audited("news4-v3-5.576m"), "peer_of_another_class"));
}

TEST_CASE("the 90 % have no operands; four nearest pairs are computed") {
  const Verdict verdict = audited("news1-90pct");
  REQUIRE(verdict.tables.size() == 1);
  CHECK(verdict.tables[0].rows.size() == 4);
  CHECK(verdict.tables[0].rows[0][1].find("-94.42 %") != std::string::npos);
  CHECK(verdict.tables[0].rows[1][1].find("-90.96 %") != std::string::npos);
}

}  // namespace
}  // namespace assay::audit

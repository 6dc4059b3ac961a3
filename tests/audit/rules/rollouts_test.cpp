#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

// 1,000 steps of 32 prompts and 16 samples: 512,000 rollouts.
Verdict rl_claim(const std::string& total, const Evidence& evidence = {}) {
  return audited_text(
      {claim_head("test-claim", "gpu-hours", "total.hours",
                  "model = \"deepseek-v3\"\ndevice = \"h800-sxm\"\n") +
       "[total]\nsteps = \"1000 count\"\nprompts = \"32 count\"\nsamples = \"16 count\"\n" + total},
      evidence);
}

TEST_CASE("printed rollouts are the product of steps, prompts and samples") {
  CHECK(result_of(rl_claim("hours = \"1.0e5 gpu_h\"\nrollouts = \"512000 count\"\n"),
                  "rollouts_from_steps") == CheckResult::kPass);
  const Verdict wrong = rl_claim("hours = \"1.0e5 gpu_h\"\nrollouts = \"32000 count\"\n");
  CHECK(result_of(wrong, "rollouts_from_steps") == CheckResult::kFail);
  CHECK(label_name(wrong) == "inconsistent");
}

TEST_CASE("hours in which the answers cannot be sampled fail, hours that suffice pass") {
  // 512,000 x 8,000 tokens x 2 x 36.6e9 FLOP at 80 % of 1,979 TFLOP/s: 53 hours.
  const Verdict few = rl_claim("hours = \"20.0 gpu_h\"\nresponse_tokens = \"8.00e3 token\"\n");
  CHECK(result_of(few, "rollout_floor") == CheckResult::kFail);
  CHECK(label_name(few) == "inconsistent");
  const Verdict twin = rl_claim("hours = \"5000.0 gpu_h\"\nresponse_tokens = \"8.00e3 token\"\n");
  CHECK(result_of(twin, "rollout_floor") == CheckResult::kPass);
}

TEST_CASE("hours that leave no time to learn are flagged only: not all answers may be learned") {
  const Verdict verdict = rl_claim("hours = \"100.0 gpu_h\"\nresponse_tokens = \"8.00e3 token\"\n");
  CHECK(result_of(verdict, "rollout_floor") == CheckResult::kFlag);
  CHECK(label_name(verdict) != "inconsistent");
}

TEST_CASE("a longest length proves nothing, and what is remembered fails nothing") {
  const Verdict longest = rl_claim(
      "hours = \"20.0 gpu_h\"\nresponse_tokens = { value = \"65536 token\", relation = "
      "\"at-most\" }\n");
  CHECK(result_of(longest, "rollout_floor") == CheckResult::kNotApplicable);
  const Verdict recalled = rl_claim(
      "hours = \"20.0 gpu_h\"\nresponse_tokens = { value = \"8.00e3 token\", mark = \"recalled\" "
      "}\n");
  CHECK(result_of(recalled, "rollout_floor") == CheckResult::kFlag);
}

TEST_CASE("sampling at the published throughput must fit in the hours") {
  const std::string length = "response_tokens = \"8.00e3 token\"\n";
  // 4.096e9 tokens at 1,000 token/s: 1,138 hours.
  const Verdict fits =
      rl_claim("hours = \"5000.0 gpu_h\"\ndecode_rate = \"1.000e3 token/s/gpu\"\n" + length);
  CHECK(result_of(fits, "sampling_time") == CheckResult::kPass);
  CHECK(check_of(fits, "sampling_time").computed->value == Approx(1137.8).epsilon(1e-4));
  const Verdict beyond =
      rl_claim("hours = \"900.0 gpu_h\"\ndecode_rate = \"1.000e3 token/s/gpu\"\n" + length);
  CHECK(result_of(beyond, "sampling_time") == CheckResult::kFlag);
}

TEST_CASE("the cost of rollouts is sampling, reading and learning at the price") {
  Evidence evidence;
  evidence.cost_models = {"rollouts"};
  const Verdict verdict = rl_claim(
      "hours = \"5000.0 gpu_h\"\nprice = \"2.0 USD/gpu_h\"\nresponse_tokens = \"8.00e3 token\"\n"
      "decode_rate = \"1.000e3 token/s/gpu\"\n",
      evidence);
  REQUIRE(verdict.cost_models.size() == 1);
  const CostEstimate& one = verdict.cost_models.front();
  REQUIRE(one.value);
  const double learning = 6 * 37.55e9 * 4.096e9 / (989.4e12 * 0.35 * 3600);
  CHECK(*one.value == Approx(2 * (1137.8 + learning)).epsilon(1e-3));
  CHECK(one.interval->low < *one.value);
  const Verdict without = rl_claim("hours = \"5000.0 gpu_h\"\n", evidence);
  CHECK_FALSE(without.cost_models.front().value);
  CHECK(without.cost_models.front().missing.find("decode throughput") != std::string::npos);
}

TEST_CASE("R1-Zero's rollouts are counted and the table stays reproduced") {
  const Verdict verdict = audited("r1-294k-table");
  CHECK(check_of(verdict, "time_per_rollout").computed->value ==
        Approx(101000.0 * 3600 / (10400 * 512)).epsilon(1e-3));
  CHECK(label_name(verdict) == "reproduced");
}

}  // namespace
}  // namespace assay::audit

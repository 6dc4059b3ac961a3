#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

// 1,000 tokens a second from a million-token batch, prompts at 10,000, on one H800.
RunRecord generation_of(const std::string& model_toml) {
  RunRecord run;
  run.dir = "runs/rollout";
  RunManifest manifest;
  manifest.run_id = "rollout";
  manifest.model_id = "folder-of-any-name";
  manifest.model_family = "deepseek";
  manifest.model_toml = model_toml;
  manifest.precision = "bf16";
  manifest.stages = {{.name = "generate"}};
  manifest.devices = {{.kind = "cuda", .name = "NVIDIA H800", .registry_id = "h800-sxm"}};
  run.manifests = {manifest};
  InferenceRecord batch;
  batch.num_prompts = batch.num_sequences = 100;
  batch.prompt_tokens = Tokens(1e6);
  batch.generated_tokens = Tokens(1e6 + 100);
  batch.decode_tokens = Tokens(1e6);
  batch.prefill = Seconds(100);
  batch.decode = Seconds(1000);
  run.inference = {batch};
  RunEvent stop{.time_unix_s = 2200, .kind = "stop"};
  run.events = {stop};
  return run;
}

RunRecord deepseek_generation() {
  return generation_of(registry().model("deepseek-v3").config_toml);
}

Verdict priced(const std::string& price, const RunRecord& run, const std::string& more = {},
               const std::string& head = "device = \"h800-sxm\"\nprecision = \"bf16\"\n") {
  Evidence evidence;
  evidence.runs.push_back(run);
  const std::string role = price.substr(0, price.find(' '));
  return audited_text(
      {claim_head("test-claim", "relative", "runs.V3." + role, "model = \"deepseek-v3\"\n" + head) +
       "[[runs]]\nname = \"V3\"\nversion = \"V3-0324\"\ndate = \"2025-03\"\n" +
       "price = \"2.00 USD/gpu_h\"\n" + price + "\n" + more},
      evidence);
}

std::string why_not(const RunRecord& run, const std::string& head) {
  const Verdict verdict = priced("output_price = \"0.0500 USD/Mtoken\"", run, {}, head);
  const Check& check = check_of(verdict, "own_generation");
  CHECK(check.result == CheckResult::kNotApplicable);
  REQUIRE(check.computed);
  CHECK(check.computed->unit == "token/s/gpu");
  CHECK(label_name(verdict) != "inconsistent");
  return check.sentence;
}

}  // namespace

TEST_CASE("a price of answers below what own generation of that model on that device costs flags") {
  // 2 / (1,000 x 3,600) x 1e6 = 0.556 dollars.
  const Verdict below = priced("output_price = \"0.400 USD/Mtoken\"", deepseek_generation());
  CHECK(flagged(below, "own_generation"));
  CHECK(label_name(below) != "inconsistent");
  const Check& check = check_of(below, "own_generation");
  REQUIRE(check.computed);
  REQUIRE(check.computed->bounds);
  CHECK(check.computed->bounds->low == Approx(2.0 / 3.6).epsilon(0.006));
  CHECK(check.sentence.find("up to 100 sequences at once") != std::string::npos);
  CHECK(check.sentence.find("the kindest reading") != std::string::npos);
  const Verdict above = priced("output_price = \"0.700 USD/Mtoken\"", deepseek_generation());
  CHECK(result_of(above, "own_generation") == CheckResult::kPass);
}

TEST_CASE("a price of prompts is held against the pass over prompts") {
  CHECK(flagged(priced("input_price = \"0.0400 USD/Mtoken\"", deepseek_generation()),
                "own_generation"));
  CHECK_FALSE(flagged(priced("input_price = \"0.0700 USD/Mtoken\"", deepseek_generation()),
                      "own_generation"));
}

TEST_CASE("own generation costs more at the utilisation that the claim states") {
  const std::string busy = "utilisation = \"50 %\"\n";
  const std::string price = "output_price = \"0.800 USD/Mtoken\"";
  CHECK(flagged(priced(price, deepseek_generation(), busy), "own_generation"));
  CHECK_FALSE(flagged(priced(price, deepseek_generation()), "own_generation"));
}

TEST_CASE("where a claim admits narrower numbers own generation could be as much faster") {
  const std::string price = "output_price = \"0.400 USD/Mtoken\"";
  CHECK_FALSE(flagged(priced(price, deepseek_generation(), {}, "device = \"h800-sxm\"\n"),
                      "own_generation"));
  CHECK(flagged(priced("output_price = \"0.200 USD/Mtoken\"", deepseek_generation(), {},
                       "device = \"h800-sxm\"\n"),
                "own_generation"));
}

TEST_CASE("the fastest batch is the kindest reading") {
  RunRecord run = deepseek_generation();
  run.inference.push_back(run.inference.front());
  run.inference.back().decode = Seconds(250);
  CHECK_FALSE(flagged(priced("output_price = \"0.400 USD/Mtoken\"", run), "own_generation"));
  CHECK(flagged(priced("output_price = \"0.130 USD/Mtoken\"", run), "own_generation"));
}

TEST_CASE("generation elsewhere, of another shape or in fp32 is no evidence, and says why") {
  const std::string h800 = "device = \"h800-sxm\"\n";
  RunRecord cpu = deepseek_generation();
  cpu.manifests[0].devices = {{.kind = "cpu", .name = "a processor"}};
  CHECK(why_not(cpu, h800).find("no evidence about h800-sxm") != std::string::npos);

  RunRecord other = deepseek_generation();
  other.manifests[0].devices[0].registry_id = "h100-sxm";
  CHECK(why_not(other, h800).find("another device") != std::string::npos);
  CHECK(why_not(deepseek_generation(), "").find("another device") != std::string::npos);

  const RunRecord small = generation_of(registry().model("deepseek-v2").config_toml);
  CHECK(why_not(small, h800).find("another shape") != std::string::npos);

  RunRecord fp32 = deepseek_generation();
  fp32.manifests[0].precision = "fp32";
  CHECK(why_not(fp32, h800).find("fp32") != std::string::npos);
}

TEST_CASE("a run that only generated is not held against training where tokens have a price") {
  CHECK_FALSE(
      has_check(priced("output_price = \"0.700 USD/Mtoken\"", deepseek_generation()), "own_run"));
  Evidence evidence;
  evidence.runs.push_back(deepseek_generation());
  const Verdict cost = audited_text({cost_claim("money = \"1e6 USD\"\n")}, evidence);
  CHECK(result_of(cost, "own_run") == CheckResult::kNotApplicable);
  CHECK_FALSE(has_check(cost, "own_generation"));
}

}  // namespace assay::audit

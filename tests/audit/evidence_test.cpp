#include "audit/evidence.h"

#include <filesystem>
#include <fstream>

#include "audit/output/verdict_text.h"
#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

RunRecord cpu_run() {
  RunRecord run;
  run.dir = "runs/tiny";
  RunManifest manifest;
  manifest.run_id = "tiny";
  manifest.model_id = "tiny";
  manifest.model_family = "gpt2";
  manifest.model_toml =
      "family = \"gpt2\"\nnum_layers = 2\nd_model = 64\nnum_heads = 4\nd_ff = 256\nvocab_size = "
      "256\nmax_seq_len "
      "= 64\n";
  manifest.stages = {{.name = "pretrain", .num_steps = 2, .seq_len = 64, .tokens_per_step = 1024}};
  manifest.devices = {{.kind = "cpu", .name = "a processor"}};
  run.manifests = {manifest};
  for (int64_t step = 1; step <= 2; ++step) {
    StepRecord record;
    record.stage = "pretrain";
    record.step = step;
    record.tokens = Tokens(1024);
    record.profile.wall = Seconds(0.5);
    run.steps.push_back(record);
  }
  return run;
}

/// A probe of DeepSeek-V3 on an H100 with one line; its time scales with the peak.
ProbeRecord probe(double seconds_per_token) {
  ProbeRecord record;
  record.model = "deepseek-v3";
  record.model_toml = registry().model("deepseek-v3").config_toml;
  record.device = "h100-sxm";
  record.device_kind = "cuda";
  record.device_name = "NVIDIA H100 80GB HBM3";
  record.precision = "bf16";
  record.seq_len = 4096;
  const double low = 0.9 * seconds_per_token;
  const double high = 1.1 * seconds_per_token;
  record.lines = {
      {.name = "attention", .value = seconds_per_token, .low = low, .high = high, .basis = "test"}};
  record.device_seconds_per_token = {seconds_per_token, Bounds<double>{low, high},
                                     Provenance::kMeasured, "probe.json"};
  return record;
}

Verdict with_evidence(const std::string& id, const Evidence& evidence) {
  return judge(registry_claims().claim(id), registry_claims(), registry(), evidence,
               Language::kEnglish);
}

TEST_CASE("a run on a CPU is shown and is no evidence about an H800") {
  Evidence evidence;
  evidence.runs.push_back(cpu_run());
  const Verdict verdict = with_evidence("dsv3-total-2788k", evidence);
  const Check& check = check_of(verdict, "own_run");
  CHECK(check.result == CheckResult::kNotApplicable);
  CHECK(check.sentence.find("no evidence about h800-sxm") != std::string::npos);
  CHECK(label_name(verdict) == "reproduced");
}

TEST_CASE("layers of another model, or without hours to hold them against, are said to count not") {
  Evidence evidence;
  evidence.probes.push_back(probe(4.5e-4));
  const Verdict other = with_evidence("llama31-405b", evidence);
  CHECK(check_of(other, "layer_probe").result == CheckResult::kNotApplicable);
  CHECK(check_of(other, "layer_probe").sentence.find("the claim is of llama-3.1-405b") !=
        std::string::npos);
  CHECK(verdict_text(other, Language::kEnglish, false, false)
            .find("[n/a] layer_probe: The layers that were timed are of deepseek-v3") !=
        std::string::npos);
  const Verdict no_hours =
      audited_text({claim_head("test-claim", "cost", "total.money", "model = \"deepseek-v3\"\n") +
                    "[total]\nmoney = \"5e6 USD\"\n"},
                   evidence);
  CHECK(check_of(no_hours, "layer_probe").sentence.find("states no hours and tokens") !=
        std::string::npos);
  CHECK_FALSE(has_check(with_evidence("news2-downloads", evidence), "layer_probe"));
}

TEST_CASE("layers that fit the claimed hours pass, layers that are slower flag") {
  Evidence fits;
  fits.probes.push_back(probe(4.5e-4));  // 125,000 GPU-hours per trillion tokens
  CHECK(check_of(with_evidence("dsv3-total-2788k", fits), "layer_probe").result ==
        CheckResult::kPass);
  Evidence slow;
  slow.probes.push_back(probe(4.5e-3));
  const Verdict verdict = with_evidence("dsv3-total-2788k", slow);
  CHECK(check_of(verdict, "layer_probe").result == CheckResult::kFlag);
  CHECK(label_name(verdict) == "plausible");  // a measurement flag stands against reproduction
}

TEST_CASE("layers of reduced width are no evidence") {
  Evidence evidence;
  evidence.probes.push_back(probe(4.5e-3));
  evidence.probes.back().width_divisor = 4;
  const Verdict verdict = with_evidence("dsv3-total-2788k", evidence);
  const Check& check = check_of(verdict, "layer_probe");
  CHECK(check.result == CheckResult::kNotApplicable);
  CHECK_FALSE(check.computed);
  CHECK(check.sentence.find("no evidence about h800-sxm") != std::string::npos);
  CHECK(label_name(verdict) == "reproduced");
}

TEST_CASE("layers on a CPU are no evidence, at any width") {
  Evidence evidence;
  evidence.probes.push_back(probe(4.5e-3));
  evidence.probes.back().device_kind = "cpu";
  evidence.probes.back().device = "epyc-9654";
  CHECK(check_of(with_evidence("dsv3-total-2788k", evidence), "layer_probe").result ==
        CheckResult::kNotApplicable);
}

TEST_CASE("layers of another shape than the registry's are not compared") {
  Evidence evidence;
  evidence.probes.push_back(probe(4.5e-3));
  evidence.probes.back().model_toml += "d_ff = 1\n";
  const Verdict verdict = with_evidence("dsv3-total-2788k", evidence);
  CHECK(check_of(verdict, "layer_probe").result == CheckResult::kNotApplicable);
  CHECK(check_of(verdict, "layer_probe").sentence.find("another shape") != std::string::npos);
}

TEST_CASE("each line is scaled by its own ratio of the two devices, and says so") {
  Evidence evidence;
  ProbeRecord record = probe(3.6e-4);
  record.device = "h100-pcie";  // 756 of 989.4 TFLOP/s, 2000 of 3350 GB/s
  record.lines[0].low = record.lines[0].high = 3.6e-4;
  record.lines.push_back({.name = "optimizer",
                          .value = 3.6e-5,
                          .low = 3.6e-5,
                          .high = 3.6e-5,
                          .scaling = ProbeScaling::kBandwidth});
  evidence.probes.push_back(record);
  const Verdict verdict = with_evidence("dsv3-total-2788k", evidence);
  const Check& check = check_of(verdict, "layer_probe");
  const Device& timed = registry().device("h100-pcie");
  const Device& claimed = registry().device("h800-sxm");
  const double peaks =
      claimed.peak_flops.at("bf16").measure.value / timed.peak_flops.at("bf16").measure.value;
  const double bandwidths = claimed.bandwidth->measure.value / timed.bandwidth->measure.value;
  REQUIRE(check.computed);
  CHECK(peaks > 1.2);
  CHECK(check.computed->value == Approx(1e5 / peaks + 1e4 / bandwidths));
  CHECK(check.provenance == Provenance::kDerived);
  CHECK(check.sentence.find("memory bandwidth 3350 GB/s / ") != std::string::npos);
}

TEST_CASE("times on the claim's own device are measured, and assumed parts make them assumed") {
  Evidence evidence;
  evidence.probes.push_back(probe(4.5e-4));
  evidence.probes.back().device = "h800-sxm";
  const Verdict measured = with_evidence("dsv3-total-2788k", evidence);
  CHECK(check_of(measured, "layer_probe").provenance == Provenance::kMeasured);
  CHECK(check_of(measured, "layer_probe").computed->value == Approx(125000));
  evidence.probes.back().device_seconds_per_token.provenance = Provenance::kAssumed;
  CHECK(check_of(with_evidence("dsv3-total-2788k", evidence), "layer_probe").provenance ==
        Provenance::kAssumed);
}

TEST_CASE("a claim of narrower precision may be faster than layers timed in 16 bits") {
  Evidence evidence;  // 250,000 GPU-hours a trillion tokens in bf16, 180,000 claimed in fp8
  evidence.probes.push_back(probe(9e-4));
  const Verdict verdict = with_evidence("dsv3-total-2788k", evidence);
  CHECK(check_of(verdict, "layer_probe").result == CheckResult::kPass);
  CHECK(check_of(verdict, "layer_probe").sentence.find("narrowest precision") != std::string::npos);
}

TEST_CASE("own assumptions are computed and do not change the verdict") {
  Evidence evidence;
  evidence.assumptions.insert(parse_assumption("price=3"));
  evidence.assumptions.insert(parse_assumption("mfu=0.3906375"));
  const Verdict verdict = with_evidence("dsv3-total-2788k", evidence);
  CHECK(check_of(verdict, "assumed_price").computed->value == 3 * 2788000);
  CHECK(check_of(verdict, "assumed_mfu").computed->value == Approx(2664000).epsilon(1e-6));
  CHECK(verdict.assumptions.size() == 2);
  CHECK(label_name(verdict) == "reproduced");
}

TEST_CASE("own tokens alone change the implied MFU, and a verdict tells the command for it") {
  Evidence evidence;
  evidence.assumptions.insert(parse_assumption("tokens=7.4e12"));
  const Verdict verdict = with_evidence("dsv3-total-2788k", evidence);
  CHECK(check_of(verdict, "assumed_tokens_mfu").computed->value ==
        Approx(0.3906375 / 2).epsilon(1e-6));
  CHECK(verdict.unused_assumptions.empty());
  CHECK(verdict.command == "assay audit dsv3-total-2788k --set \"tokens=7.4e12 token\"");
}

TEST_CASE("an own MFU gives the hours that an own price is paid for, the other stages included") {
  Evidence evidence;
  evidence.assumptions.insert(parse_assumption("price=2"));
  evidence.assumptions.insert(parse_assumption("mfu=0.3906375"));
  const Verdict verdict = with_evidence("dsv3-total-2788k", evidence);
  CHECK(check_of(verdict, "assumed_price_and_hours").computed->value ==
        Approx(2 * 2788000).epsilon(1e-6));
}

TEST_CASE("own price and MFU are told together, not each by itself") {
  Evidence evidence;
  evidence.assumptions.insert(parse_assumption("price=2"));
  evidence.assumptions.insert(parse_assumption("mfu=0.2"));
  const Verdict verdict = with_evidence("dsv3-total-2788k", evidence);
  // The hours of an MFU of 0.2, at the price: not the claim's hours.
  const double hours = 2664000 * 0.3906375 / 0.2 + 124000;
  CHECK(check_of(verdict, "assumed_price_and_hours").computed->value ==
        Approx(2 * hours).epsilon(1e-5));
  REQUIRE(verdict.assumptions.size() == 2);
  CHECK(verdict.assumptions[0].find("your other assumptions") != std::string::npos);
}

TEST_CASE("an own price is paid for the claim's own hours, not for another claim's") {
  Evidence evidence;
  evidence.assumptions.insert(parse_assumption("price=2"));
  const Verdict verdict = with_evidence("news0-r1-294k", evidence);  // 512 devices for 80 hours
  CHECK(check_of(verdict, "assumed_price").computed->value == 81920);
}

TEST_CASE("an assumption that no device could meet is a flag, one that it could is none") {
  Evidence evidence;
  evidence.assumptions.insert(parse_assumption("tokens=1e16"));
  const Verdict verdict = with_evidence("dsv3-total-2788k", evidence);
  CHECK(result_of(verdict, "assumed_tokens_mfu") == CheckResult::kFlag);
  CHECK(verdict.assumptions[0].find("no precision of h800-sxm") != std::string::npos);
  CHECK(label_name(verdict) == "reproduced");  // the reader's figure, not the claim's
  Evidence twin;
  twin.assumptions.insert(parse_assumption("tokens=20e12"));
  CHECK(result_of(with_evidence("dsv3-total-2788k", twin), "assumed_tokens_mfu") ==
        CheckResult::kNotApplicable);
}

TEST_CASE("an assumption that nothing can be computed with is named with what is missing") {
  Evidence evidence;
  evidence.assumptions.insert(parse_assumption("price=2"));
  evidence.assumptions.insert(parse_assumption("tokens=1e12"));
  const Verdict verdict = with_evidence("news0-altman-100m", evidence);
  CHECK(verdict.assumptions.empty());
  REQUIRE(verdict.unused_assumptions.size() == 2);
  CHECK(verdict.unused_assumptions[0].name == "price");
  CHECK(verdict.unused_assumptions[0].reason.find("GPU-hours") != std::string::npos);
  CHECK(verdict.unused_assumptions[1].reason.find("device") != std::string::npos);
}

TEST_CASE("layers timed on a device that is not known are no evidence") {
  Evidence evidence;
  evidence.probes.push_back(probe(4.5e-4));
  evidence.probes.back().device.clear();
  const Verdict verdict = with_evidence("dsv3-total-2788k", evidence);
  const Check& check = check_of(verdict, "layer_probe");
  CHECK(check.result == CheckResult::kNotApplicable);
  CHECK_FALSE(check.computed);
  CHECK(check.sentence.find("no evidence") != std::string::npos);
}

TEST_CASE("layers are not scaled to a device that the claim does not name") {
  Evidence evidence;
  evidence.probes.push_back(probe(4.5e-4));
  ClaimSet set;
  const std::string& id =
      set.add(read_claim(claim_head("test-claim", "gpu-hours", "total.hours",
                                    "model = \"deepseek-v3\"\n") +
                             "[total]\nhours = \"1.0e6 gpu_h\"\ntokens = \"1.0e12 token\"\n",
                         "claim.toml"))
          .id;
  const Verdict unknown = judge(set.claim(id), set, registry(), evidence, Language::kEnglish);
  CHECK_FALSE(check_of(unknown, "layer_probe").computed);
  CHECK(check_of(unknown, "layer_probe").sentence.find("nothing is scaled") != std::string::npos);
}

TEST_CASE("assumptions that are unknown or in another unit are refused") {
  CHECK(parse_assumption("price=2.5 USD/gpu_h").second.value == 2.5);
  CHECK_THROWS_AS(parse_assumption("prise=2"), ConfigError);
  CHECK_THROWS_AS(parse_assumption("price"), ConfigError);
  CHECK_THROWS_AS(parse_assumption("mfu=40"), ConfigError);
  CHECK_THROWS_AS(parse_assumption("price=2 gpu_h"), ConfigError);
  CHECK_THROWS_AS(parse_assumption("mfu=-0.3"), ConfigError);
}

}  // namespace
}  // namespace assay::audit

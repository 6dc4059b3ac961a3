#include "tests/audit/audited.h"

namespace assay::audit {
namespace {

std::string staged(const std::string& total, const std::string& first, const std::string& second) {
  return claim_head("test-claim", "cost", "total.money") + "[total]\n" + total +
         "[[stages]]\nname = \"one\"\ndimension = \"final-run\"\n" + first +
         "[[stages]]\nname = \"two\"\ndimension = \"post-training\"\n" + second;
}

TEST_CASE("a stage above its total contradicts it, with or without the other stages' figures") {
  const auto verdict = [](const std::string& stage) {
    return audited_text(
        {staged("money = \"4.50e6 USD\"\n", "money = \"" + stage + " USD\"\n", "")});
  };
  const Verdict above = verdict("6.20e6");
  CHECK(result_of(above, "stages_exceed_total") == CheckResult::kFail);
  CHECK(label_name(above) == "inconsistent");
  CHECK(!above.recomputed);
  const Verdict near = verdict("4.55e6");
  CHECK(result_of(near, "stages_exceed_total") == CheckResult::kFlag);
  CHECK(label_name(near) != "inconsistent");
  CHECK(!has_check(verdict("4.40e6"), "stages_exceed_total"));
}

TEST_CASE("a stage that the claim excludes is no part of its total") {
  std::string text = staged("money = \"4.50e6 USD\"\n", "", "money = \"20.0e6 USD\"\n");
  CHECK(label_name(audited_text({text})) == "inconsistent");
  const std::string included = "final-run = \"included\"\n";
  text.insert(text.find(included), "post-training = \"excluded\"\n");
  CHECK(!has_check(audited_text({text}), "stages_exceed_total"));
}

TEST_CASE("stages that all have the figure are judged by their sum alone") {
  const Verdict verdict = audited_text(
      {staged("money = \"4.50e6 USD\"\n", "money = \"4.40e6 USD\"\n", "money = \"0.10e6 USD\"\n")});
  CHECK(result_of(verdict, "stages_add_up") == CheckResult::kPass);
  CHECK(!has_check(verdict, "stages_exceed_total"));
}

TEST_CASE("tokens that are read twice, a stage's devices and its time are worth a flag") {
  const std::string money = "money = \"4.50e6 USD\"\n";
  const auto flags = [&](const std::string& total, const std::string& stage) {
    const Verdict verdict = audited_text({staged(money + total, stage, "")});
    CHECK(label_name(verdict) != "inconsistent");
    return flagged(verdict, "stages_exceed_total");
  };
  CHECK(flags("tokens = \"2.0e12 token\"\n", "tokens = \"4.0e12 token\"\n"));
  CHECK(!flags("tokens = \"2.0e12 token\"\n", "tokens = \"1.9e12 token\"\n"));
  CHECK(flags("devices = \"512 gpu\"\n", "devices = \"2048 gpu\"\n"));
  CHECK(!flags("devices = \"2048 gpu\"\n", "devices = \"512 gpu\"\n"));
  CHECK(flags("wall = \"20.0 day\"\n", "wall = \"40.0 day\"\n"));
  CHECK(!flags("wall = \"40.0 day\"\n", "wall = \"20.0 day\"\n"));
}

TEST_CASE("active parameters above the stored ones cannot be; embeddings explain a little") {
  const auto verdict = [](const std::string& active, const std::string& stored) {
    return audited_text({cost_claim("money = \"4.50e6 USD\"\nactive_params = \"" + active +
                                    " param\"\nparams = \"" + stored + " param\"\n")});
  };
  const Verdict swapped = verdict("671e9", "37e9");
  CHECK(result_of(swapped, "active_exceed_stored") == CheckResult::kFail);
  CHECK(label_name(swapped) == "inconsistent");
  const Verdict embeddings = verdict("0.60e9", "0.44e9");
  CHECK(flagged(embeddings, "active_exceed_stored"));
  CHECK(label_name(embeddings) != "inconsistent");
  CHECK(!has_check(verdict("37e9", "671e9"), "active_exceed_stored"));
  CHECK(!has_check(verdict("70e9", "70e9"), "active_exceed_stored"));
}

TEST_CASE("one number in two roles is shown; round numbers and one device a node are chance") {
  const auto mixed = [](const std::string& figures) {
    return flagged(audited_text({cost_claim("money = \"4.50e6 USD\"\n" + figures)}),
                   "quantities_mixed_up");
  };
  CHECK(mixed("tokens = \"671e9 token\"\nparams = \"671e9 param\"\n"));
  CHECK(!mixed("tokens = \"1e9 token\"\nparams = \"1e9 param\"\n"));
  CHECK(!mixed("tokens = \"672e9 token\"\nparams = \"671e9 param\"\n"));
  CHECK(mixed("devices = \"2788000 gpu\"\nhours = \"2788000 gpu_h\"\n"));
  CHECK(!mixed("devices = \"1024 gpu\"\nhours = \"1024 gpu_h\"\nwall = \"1.0 h\"\n"));
  const std::string nodes = "devices = \"256 gpu\"\nnodes = \"256 count\"\n";
  CHECK(mixed(nodes + "devices_per_node = \"8 gpu\"\n"));
  CHECK(!mixed(nodes + "devices_per_node = \"1 gpu\"\n"));
}

TEST_CASE("far fewer tokens than parameters are shown where the run starts from nothing") {
  const auto few = [](const std::string& figures, const std::string& scope = "final-run") {
    std::string text = cost_claim("money = \"4.50e6 USD\"\n" + figures);
    const std::string included = "final-run = \"included\"";
    text.replace(text.find(included), included.size(), scope + " = \"included\"");
    return flagged(audited_text({text}), "tokens_below_parameters");
  };
  const std::string swapped = "tokens = \"7.0e9 token\"\nactive_params = \"1.0e12 param\"\n";
  CHECK(few(swapped));
  CHECK(!few(swapped, "post-training"));
  CHECK(!few("tokens = \"300e9 token\"\nactive_params = \"175e9 param\"\n"));
  CHECK(!few("tokens = \"576e9 token\"\nparams = \"1.6e12 param\"\n"));  // a mixture
}

TEST_CASE("tokens that are the model's parameters, or the first-hand source's, are shown") {
  const auto mixed = [](const std::string& tokens) {
    return flagged(
        audited_text({cost_claim("money = \"4.50e6 USD\"\ntokens = \"" + tokens + " token\"\n", "",
                                 "model = \"deepseek-v3\"\n")}),
        "quantities_mixed_up");
  };
  CHECK(mixed("671e9"));
  CHECK(!mixed("14.8e12"));
  const std::string copy =
      claim_head("test-copy", "gpu-hours", "total.hours",
                 "subject = \"deepseek-v3\"\nfirst_hand = \"dsv3-total-2788k\"\n") +
      "[total]\nhours = \"2.788e6 gpu_h\"\n";
  CHECK(flagged(audited_text({copy + "devices = \"2788000 gpu\"\n"}), "quantities_mixed_up"));
  CHECK(!flagged(audited_text({copy + "devices = \"2048 gpu\"\n"}), "quantities_mixed_up"));
}

}  // namespace
}  // namespace assay::audit

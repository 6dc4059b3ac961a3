#include <catch2/catch.hpp>

#include <map>
#include <set>
#include <string>

#include "registry/registry.h"

// What holds for the data in configs/registry.

namespace assay {
namespace {

const Registry& shipped_data() {
  static const Registry kRegistry =
      Registry::load(std::string(ASSAY_SOURCE_DIR) + "/configs/registry");
  return kRegistry;
}

}  // namespace

TEST_CASE("every computed total prints as the published one") {
  // Counts that their makers print smaller than the shape in their own code gives; the files' notes
  // say so.
  const std::map<std::string, double> smaller{{"grok-1", 0.0054}, {"nemotron-4-340b", 0.0030}};
  for (const auto& [id, model] : shipped_data().models()) {
    if (!model.spec || !model.published_total) continue;
    INFO(id);
    const auto total = static_cast<double>(model.spec->parameters.total);
    if (const auto known = smaller.find(id); known != smaller.end()) {
      CHECK(total / model.published_total->measure.value - 1 ==
            Approx(known->second).margin(0.0001));
      CHECK_FALSE(model.note.empty());
      continue;
    }
    const Bounds<double> printed = model.published_total->measure.printed();
    CHECK(total >= printed.low);
    CHECK(total <= printed.high);
  }
}

TEST_CASE("every published active count is one of the named conventions") {
  for (const auto& [id, model] : shipped_data().models()) {
    if (!model.spec || !model.published_active) continue;
    INFO(id);
    const Bounds<double> printed = model.published_active->measure.printed();
    const ParameterCounts& counts = model.spec->parameters;
    int fits = 0;
    for (const int64_t count : {counts.active_a, counts.active_b, counts.active_c}) {
      const auto value = static_cast<double>(count);
      if (printed.low <= value && value <= printed.high) ++fits;
    }
    CHECK(fits > 0);
  }
}

TEST_CASE("the models that the claims need are there") {
  for (const std::string_view id : {"deepseek-v3", "deepseek-r1", "deepseek-v2", "deepseek-67b",
                                    "llama-3.1-405b", "tinyllama-1.1b", "olmoe-1b-7b"}) {
    CHECK(shipped_data().model(id).spec);
  }
  CHECK(shipped_data().model("deepseek-67b").source.mark == "recalled");
  CHECK(shipped_data().model("deepseek-r1").spec->parameters.total ==
        shipped_data().model("deepseek-v3").spec->parameters.total);
}

TEST_CASE("the H800 has the H100's peak and DeepSeek's assumed price") {
  const Device& h800 = shipped_data().device("h800-sxm");
  CHECK(h800.peak_flops.at("bf16").measure.value == Approx(989.4e12));
  CHECK(h800.peak_flops.at("bf16").source.mark == "derived");
  const auto prices = shipped_data().prices_on("h800-sxm", "2024-12-27", "assumed-by-claim");
  REQUIRE(prices.size() == 1);
  CHECK(prices[0]->low.measure.value == 2.0);
  CHECK(prices[0]->low.measure.currency == "USD");
}

TEST_CASE("an A100 has no FP8 and a V100 no BF16") {
  CHECK_FALSE(shipped_data().device("a100-80gb-sxm").peak_flops.contains("fp8"));
  CHECK_FALSE(shipped_data().device("v100-sxm2").peak_flops.contains("bf16"));
  CHECK(shipped_data().device("v100-sxm2").peak_flops.contains("fp16"));
}

TEST_CASE("driver names find their device") {
  const auto id_of = [](std::string_view name) {
    const Device* device = shipped_data().find_device_by_driver_name(name);
    return device == nullptr ? std::string() : device->id;
  };
  CHECK(id_of("NVIDIA H100 80GB HBM3") == "h100-sxm");
  CHECK(id_of("NVIDIA H100 PCIe") == "h100-pcie");
  CHECK(id_of("NVIDIA H200") == "h200-sxm");
  CHECK(id_of("NVIDIA A100-SXM4-80GB") == "a100-80gb-sxm");
  CHECK(id_of("NVIDIA H100").empty());
}

TEST_CASE("a processor is matched by no name, since a machine may lend only some cores") {
  for (const auto& [id, device] : shipped_data().devices()) {
    if (device.kind == "cpu") CHECK(device.match_names.empty());
  }
}

TEST_CASE("the bands of the audit are there") {
  CHECK(shipped_data().band("mfu-dense").low == Approx(0.20));
  CHECK(shipped_data().band("mfu-dense").high == Approx(0.60));
  CHECK(shipped_data().band("mfu-other").low == Approx(0.10));
  CHECK(shipped_data().band("mfu-physical").high == Approx(0.80));
  CHECK(shipped_data().band("cost-share-energy").high == Approx(0.06));
}

TEST_CASE("no figure of a recalled source is marked as seen") {
  const std::set<std::string> unread{"vendor-datasheets", "market-recollection"};
  for (const auto& [id, device] : shipped_data().devices()) {
    INFO(id);
    for (const auto& figure : {device.memory, device.bandwidth, device.interconnect, device.tdp}) {
      if (figure && unread.contains(figure->source.key)) CHECK(figure->source.mark == "recalled");
    }
    for (const auto& [dtype, peak] : device.peak_flops) {
      if (unread.contains(peak.source.key)) CHECK(peak.source.mark == "recalled");
    }
  }
  for (const auto& [id, price] : shipped_data().prices()) {
    INFO(id);
    if (unread.contains(price.low.source.key)) CHECK(price.low.source.mark == "recalled");
  }
}

TEST_CASE("a source that nothing was retrieved from is cited as recalled or derived only") {
  for (const auto& [id, model] : shipped_data().models()) {
    INFO(id);
    if (shipped_data().source(model.source.key).retrieved.empty())
      CHECK(model.source.mark != "seen");
    for (const auto& figure : {model.published_total, model.published_active}) {
      if (figure && shipped_data().source(figure->source.key).retrieved.empty()) {
        CHECK(figure->source.mark != "seen");
      }
    }
  }
}

}  // namespace assay

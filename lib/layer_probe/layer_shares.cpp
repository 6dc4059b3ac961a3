#include "layer_probe/layer_shares.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "error/error.h"
#include "layer_probe/sample_quantile.h"

namespace assay {
namespace {

constexpr std::array<std::string_view, 4> kOncePerPass{"embedding", "head", "loss", "rest"};
/// What moves numbers and computes little.
constexpr std::array<std::string_view, 5> kBoundByMemory{"embedding", "dispatch", "combine", "loss",
                                                         "rest"};
constexpr std::string_view kMlp = "mlp";

template <size_t N>
bool names(const std::array<std::string_view, N>& list, std::string_view kind) {
  return std::ranges::find(list, kind) != list.end();
}

ProbeLayer summary(const KindTimes& times, double share) {
  std::vector<double> both;
  for (size_t i = 0; i < times.forward.size(); ++i) {
    both.push_back(times.forward[i] + times.backward[i]);
  }
  return {.name = times.kind,
          .forward = Seconds(share * sample_quantile(times.forward, 0.5)),
          .backward = Seconds(share * sample_quantile(times.backward, 0.5)),
          .low = Seconds(share * sample_quantile(both, 0.05)),
          .high = Seconds(share * sample_quantile(both, 0.95)),
          .scaling =
              names(kBoundByMemory, times.kind) ? ProbeScaling::kBandwidth : ProbeScaling::kPeak};
}

ProbeLayer layer_of(const KindTimes& times, const TimedSlice& slice, const BlockCounts& counts) {
  const bool once = names(kOncePerPass, times.kind);
  ProbeLayer layer = summary(times, once ? 1.0 : 1.0 / static_cast<double>(slice.num_blocks));
  if (once) {
    layer.count = 1;
  } else {
    layer.count = times.kind == "attention" ? counts.all : counts.all - counts.dense;
  }
  if (times.kind == kMlp && counts.has_experts) layer.name = "norms and shared experts";
  return layer;
}

const KindTimes& mlp_of(const TimedSlice& slice) {
  const auto found = std::ranges::find(slice.kinds, kMlp, &KindTimes::kind);
  check(found != slice.kinds.end(), "[layer_probe] a slice without a feed-forward part");
  return *found;
}

Seconds difference(Seconds a, Seconds b) { return std::max(Seconds(0), a - b); }

// The slice has a mixture block as the first one does, and a dense block.
ProbeLayer dense_mlp(const TimedSlice& mixture, const TimedSlice& both, const BlockCounts& counts) {
  const ProbeLayer less = summary(mlp_of(mixture), 1);
  ProbeLayer layer = summary(mlp_of(both), 1);
  layer.name = "dense mlp";
  layer.count = counts.dense;
  layer.forward = difference(layer.forward, less.forward);
  layer.backward = difference(layer.backward, less.backward);
  layer.low = difference(layer.low, less.high);
  layer.high = difference(layer.high, less.low);
  return layer;
}

}  // namespace

std::vector<ProbeLayer> layer_shares(const std::vector<TimedSlice>& slices,
                                     const BlockCounts& counts) {
  check(!slices.empty(), "[layer_probe] no slice was timed");
  std::vector<ProbeLayer> layers;
  for (const KindTimes& times : slices.front().kinds) {
    layers.push_back(layer_of(times, slices.front(), counts));
  }
  for (const TimedSlice& slice : slices) {
    if (slice.num_dense > 0) layers.push_back(dense_mlp(slices.front(), slice, counts));
  }
  return layers;
}

}  // namespace assay

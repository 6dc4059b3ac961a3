#pragma once

#include <type_traits>

#include "kernels/adamw_step.h"
#include "kernels/pack.h"
#include "kernels/random_bits.h"
#include "kernels/stretch_launch.h"

/// AdamW of many tensors at once for lanes that share a block's stretch of one (lanes.h,
/// stretch_launch.h): the norm of all gradients, what is decided by it, and the update. Tensors may
/// begin anywhere and have any number of numbers.
namespace assay::kernels::rows {

/// Calls work(std::integral_constant<int, n>, place) for this lane's share of `count` numbers:
/// n = kPack as far as packs go, and 1 for the rest, or for all where `in_packs` is false.
template <int kPack, class Lanes, class Work>
ASSAY_INLINE_ON_ANY_DEVICE void for_each_pack_and_rest(const Lanes& lanes, bool in_packs,
                                                       int64_t count, const Work& work) {
  const int64_t packed = in_packs ? count - count % kPack : 0;
  for_each_pack<kPack>(lanes, packed,
                       [&](int64_t i) { work(std::integral_constant<int, kPack>{}, i); });
  for (int64_t i = packed + lanes.rank(); i < count; i += lanes.size()) {
    work(std::integral_constant<int, 1>{}, i);
  }
}

/// Whether packs of kPack numbers may be read from here; a stretch begins at a multiple of them.
template <int kPack, class T>
ASSAY_INLINE_ON_ANY_DEVICE bool begins_pack(const T* at) {
  return reinterpret_cast<uintptr_t>(at) % alignof(Pack<kPack, T>) == 0;
}

/// Numbers that 16 bytes hold of the widest of these types.
template <class... T>
inline constexpr int kPackOf = (... && (sizeof(T) == sizeof(Bf16))) ? 8 : 4;

/// Sum of the squares of the stretches `block`, block + num_blocks, ...; each lane gets it. The
/// squares of a pack are added in fp32, packs in fp64.
template <class T, class Lanes>
ASSAY_ON_ANY_DEVICE double squares_of_stretches(const Lanes& lanes,
                                                const StretchLaunch<const T*>& launch,
                                                int64_t block, int64_t num_blocks) {
  constexpr int kPack = kPackOf<T>;
  double squares = 0;
  for (; block < launch.num_blocks(); block += num_blocks) {
    const BlockStretch stretch = launch.stretch(block);
    const T* x = launch.works[stretch.tensor] + stretch.begin;
    for_each_pack_and_rest<kPack>(
        lanes, begins_pack<kPack>(x), stretch.count,
        [&]<int kNumbers>(std::integral_constant<int, kNumbers>, int64_t i) {
          const auto pack = load_pack<kNumbers>(x + i);
          float sum = 0;
          for (const T value : pack.of) {
            sum += widened(value) * widened(value);
          }
          squares += sum;
        });
  }
  return lanes.sum(squares);
}

/// Where an update's numbers lie.
struct AdamWScalars {
  const double* num_targets = nullptr;
  const double* loss_sum = nullptr;
  const float* lr = nullptr;
  float* applied_steps = nullptr;  ///< counts this update
  float* figures = nullptr;        ///< [3]: norm, skipped, 1 / grad_factor
  AdamWDecision* decision = nullptr;
};

/// Decides an update by the partial sums of its gradients' squares, one group of lanes for all.
template <class Lanes>
ASSAY_ON_ANY_DEVICE void decide_adamw(const Lanes& lanes, const AdamWSettings& settings,
                                      const double* partial_squares, int64_t num,
                                      const AdamWScalars& scalars) {
  double share = 0;
  for (int64_t i = lanes.rank(); i < num; i += lanes.size()) share += partial_squares[i];
  const double squares = lanes.sum(share);
  if (lanes.rank() != 0) return;
  const AdamWDecision decision =
      adamw_decision(settings, {.squares = squares,
                                .num_targets = *scalars.num_targets,
                                .loss_sum = *scalars.loss_sum,
                                .lr = *scalars.lr,
                                .applied_steps = *scalars.applied_steps});
  *scalars.decision = decision;
  *scalars.applied_steps = static_cast<float>(decision.applied_steps);
  scalars.figures[0] = static_cast<float>(decision.grad_norm);
  scalars.figures[1] = decision.skipped ? 1.0F : 0.0F;
  scalars.figures[2] = 1.0F / decision.step.grad_factor;
}

/// A tensor and its moments; G, W, M are float or Bf16.
template <class G, class W, class M>
struct AdamWTensor {
  const G* gradient = nullptr;
  W* weight = nullptr;
  M* exp_avg = nullptr;
  M* exp_avg_sq = nullptr;
  Bf16* output = nullptr;  ///< gets the new weights in bf16, where it is not null
  uint32_t name_bits = 0;  ///< stands for the tensor's name where numbers are rounded at random
};

/// The update of one block's stretch; as adamw and adamw_rounded of adamw_loops.h.
template <class G, class W, class M, class Lanes>
ASSAY_ON_ANY_DEVICE void adamw_stretch(const Lanes& lanes,
                                       const StretchLaunch<AdamWTensor<G, W, M>>& launch,
                                       int64_t block, const AdamWDecision& decision,
                                       double weight_decay) {
  if (decision.skipped) return;
  constexpr int kPack = kPackOf<G, W, M>;
  const AdamWStep step = decision.with_decay(weight_decay);
  const BlockStretch stretch = launch.stretch(block);
  const AdamWTensor<G, W, M>& tensor = launch.works[stretch.tensor];
  const G* gradient = tensor.gradient + stretch.begin;
  W* weight = tensor.weight + stretch.begin;
  M* exp_avg = tensor.exp_avg + stretch.begin;
  M* exp_avg_sq = tensor.exp_avg_sq + stretch.begin;
  Bf16* output = tensor.output == nullptr ? nullptr : tensor.output + stretch.begin;
  const uint32_t key = random_bits(tensor.name_bits, decision.applied_steps);
  const uint32_t weight_key = key ^ kSecondDraw;
  const bool in_packs = begins_pack<kPack>(gradient) && begins_pack<kPack>(weight) &&
                        begins_pack<kPack>(exp_avg) && begins_pack<kPack>(exp_avg_sq) &&
                        begins_pack<kPack>(output);
  for_each_pack_and_rest<kPack>(
      lanes, in_packs, stretch.count,
      [&]<int kNumbers>(std::integral_constant<int, kNumbers>, int64_t i) {
        const auto gradients = load_pack<kNumbers>(gradient + i);
        auto weights = load_pack<kNumbers>(weight + i);
        auto firsts = load_pack<kNumbers>(exp_avg + i);
        auto seconds = load_pack<kNumbers>(exp_avg_sq + i);
        Pack<kNumbers, Bf16> narrow;
        for (int j = 0; j < kNumbers; ++j) {
          const float g = widened(gradients.of[j]) * step.grad_factor;
          const float first = first_moment(step, widened(firsts.of[j]), g);
          const float second = second_moment(step, widened(seconds.of[j]), g);
          const float updated = new_weight(step, widened(weights.of[j]), first, second);
          const auto place = static_cast<uint32_t>(stretch.begin + i + j);
          const uint32_t bits = random_bits(key, place);
          firsts.of[j] = rounded_at_random<M>(first, bits & 0xFFFFU);
          seconds.of[j] = rounded_at_random<M>(second, bits >> 16);
          weights.of[j] = rounded_at_random<W>(updated, random_bits(weight_key, place) & 0xFFFFU);
          narrow.of[j] = narrowed<Bf16>(updated);
        }
        store_pack(weights, weight + i);
        store_pack(firsts, exp_avg + i);
        store_pack(seconds, exp_avg_sq + i);
        if (output != nullptr) store_pack(narrow, output + i);
      });
}

}  // namespace assay::kernels::rows

#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "distributed/comm.h"
#include "kernels/adamw.h"
#include "kernels/gpu_adamw.h"
#include "kernels/moment_codes.h"
#include "train/named_tensor.h"
#include "train/optimizer_config.h"

namespace assay {

/// What an update was; tensors on the parameters' device, so that nothing waits for it.
struct UpdateStats {
  at::Tensor grad_norm;  ///< fp32 [], of the mean gradient, before clipping
  at::Tensor skipped;    ///< fp32 [], 1 where the step was not finite and nothing was changed
};

/// AdamW in one pass over memory (kernels/adamw.h on the CPU, kernels/gpu_adamw.h on a GPU).
/// Parameters of two or more dimensions decay; vectors (norms, biases) do not. bf16 parameters are
/// rewritten from fp32 masters at each step, unless they have none: then they are rounded at
/// random, as moments are that are kept in bf16. What is drawn depends on a tensor's name, the
/// number of applied steps and the place in the tensor only. Moments in 8 bits are those of
/// kernels/dynamic_code.h; embeddings' tables, of which few rows have gradients, and tensors below
/// 4096 numbers keep them in fp32 (Dettmers et al. 2022, arXiv 2110.02861, section 2.3, and
/// bitsandbytes).
/// A step whose loss or gradient is not finite changes nothing; this is decided on the device.
/// Source: Loshchilov & Hutter 2019, algorithm 2; clipping: Pascanu et al. 2013, by global norm.
class AdamW {
 public:
  /// Takes the parameters (all fp32 or all bf16, on one device), in a fixed order, and the names of
  /// those that are embeddings' tables (train/model_tensors.h).
  AdamW(NamedTensors parameters, const OptimizerConfig& config,
        const std::set<std::string>& embeddings = {});

  /// Takes in the gradients that a backward pass left. fp32: autograd adds them up in place; bf16:
  /// those of several passes are added in fp32, since sums of bf16 lose small terms.
  void collect_gradients();
  /// Leaves every gradient behind, as an update does: where a pass broke off.
  void forget_gradients();
  /// Adds the gradients over all ranks.
  void reduce_gradients(const Comm& comm);
  /// Applies one update and forgets the gradients. Gradients are of a sum over targets:
  /// `num_targets` [] divides them; `loss_sum` [] is looked at for being finite only. `lr` is fp64
  /// [] on the CPU, or fp32 [] on the parameters' device: then no number of the update is the
  /// host's, and a recorded update follows the tensor.
  UpdateStats step(const at::Tensor& lr, const at::Tensor& num_targets, const at::Tensor& loss_sum);
  UpdateStats step(double lr, const at::Tensor& num_targets, const at::Tensor& loss_sum);

  /// The state by name: `exp_avg.<name>`, `exp_avg_sq.<name>`, `master.<name>` (where there are
  /// masters), `exp_avg_scales.<name>` and `exp_avg_sq_scales.<name>` (where moments are codes),
  /// `moment_block` [1] (with moments in 8 bits) and `applied_steps` [1]. The tensors are this
  /// optimizer's own: writing to them restores it.
  [[nodiscard]] NamedTensors state() const;

 private:
  /// Parameters that share a weight decay and how moments are kept; all lists are parallel.
  struct Group {
    double weight_decay = 0.0;
    std::vector<std::string> names;
    std::vector<at::Tensor> parameters;  ///< of the module
    std::vector<at::Tensor> masters;     ///< fp32; or the parameters themselves
    std::vector<at::Tensor> outputs;     ///< bf16 parameters that have masters; or empty
    std::vector<at::Tensor> gradients;   ///< empty before the first collect; bf16 of one pass only
    std::vector<at::Tensor> exp_avgs;
    std::vector<at::Tensor> exp_avg_sqs;
    std::vector<at::Tensor> exp_avg_scales;  ///< of codes; or empty
    std::vector<at::Tensor> exp_avg_sq_scales;
    std::vector<uint32_t> name_bits;  ///< kernels::bits_of_name
  };
  void add_parameter(Group& group, NamedTensor parameter, bool is_coded);
  UpdateStats step_on_cpu(double lr, const at::Tensor& num_targets, const at::Tensor& loss_sum);
  UpdateStats step_on_gpu(const at::Tensor& lr, const at::Tensor& num_targets,
                          const at::Tensor& loss_sum);
  /// One tensor with moments in codes on a GPU, by operators: widened, updated and coded again.
  void update_coded(const Group& group, size_t index, const at::Tensor& lr,
                    const kernels::GpuDecision& decision);
  [[nodiscard]] kernels::rows::AdamWSettings settings() const;
  /// `keys` are what each tensor is rounded by at this step, or on a GPU its name's bits.
  static kernels::AdamWTensors tensors_of(const Group& group, std::span<const uint32_t> keys);

  OptimizerConfig config_;
  at::Tensor applied_steps_;  ///< fp32 [1], on the device: skipped steps do not count
  at::Tensor moment_block_;   ///< int64 [1], numbers that share a scale; with moments in 8 bits
  std::vector<Group> groups_;
  std::optional<kernels::MomentCodes> first_codes_;  ///< of moments in 8 bits on a GPU
  std::optional<kernels::MomentCodes> second_codes_;
};

}  // namespace assay

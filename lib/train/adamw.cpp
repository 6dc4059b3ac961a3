#include "train/adamw.h"

#include <ATen/ATen.h>

#include "error/error.h"
#include "kernels/adamw.h"
#include "kernels/dynamic_code.h"
#include "kernels/gpu_adamw.h"
#include "kernels/random_bits.h"
#include "kernels/stochastic_rounding.h"

namespace assay {

namespace {

// Smaller tensors keep moments in fp32: bitsandbytes' min_8bit_size.
constexpr int64_t kFewestCoded = 4096;

}  // namespace

AdamW::AdamW(NamedTensors parameters, const OptimizerConfig& config,
             const std::set<std::string>& embeddings)
    : config_(config), groups_(4) {
  check(!parameters.empty(), "[train] a model without parameters");
  groups_[0].weight_decay = groups_[2].weight_decay = config.weight_decay;
  const at::Device device = parameters.front().second.device();
  if (config.moments == MomentDtype::k8bit) {
    moment_block_ = at::full({1}, kernels::rows::kCodeBlock, at::kLong);
  }
  if (moment_block_.defined() && !device.is_cpu()) {
    first_codes_.emplace(kernels::Moment::kFirst, device);
    second_codes_.emplace(kernels::Moment::kSecond, device);
  }
  applied_steps_ = at::zeros({1}, parameters.front().second.options().dtype(at::kFloat));
  for (NamedTensor& parameter : parameters) {
    const bool decays = parameter.second.dim() >= 2;
    const bool is_coded = moment_block_.defined() && parameter.second.numel() >= kFewestCoded &&
                          !embeddings.contains(parameter.first);
    add_parameter(groups_[(decays ? 0 : 1) + (is_coded ? 2 : 0)], std::move(parameter), is_coded);
  }
  std::erase_if(groups_, [](const Group& group) { return group.names.empty(); });
}

void AdamW::add_parameter(Group& group, NamedTensor parameter, bool is_coded) {
  const at::NoGradGuard no_grad;
  const at::Tensor& value = parameter.second;
  const bool is_own_master = value.scalar_type() == at::kFloat || !config_.master_weights;
  const auto moments = value.options().requires_grad(false).dtype(
      config_.moments == MomentDtype::kBf16 ? at::kBFloat16 : at::kFloat);
  group.name_bits.push_back(kernels::bits_of_name(parameter.first));
  group.names.push_back(std::move(parameter.first));
  group.parameters.push_back(value);
  group.masters.push_back(is_own_master ? value : value.detach().to(at::kFloat));
  if (!is_own_master) group.outputs.push_back(value);
  if (is_coded) {
    const auto add = [&](std::vector<at::Tensor>& codes, std::vector<at::Tensor>& scales) {
      kernels::CodedMoment zero = kernels::zero_moment(value);
      codes.push_back(std::move(zero.codes));
      scales.push_back(std::move(zero.scales));
    };
    add(group.exp_avgs, group.exp_avg_scales);
    add(group.exp_avg_sqs, group.exp_avg_sq_scales);
    return;
  }
  group.exp_avgs.push_back(at::zeros_like(value, moments).detach());
  group.exp_avg_sqs.push_back(at::zeros_like(value, moments).detach());
}

void AdamW::collect_gradients() {
  const at::NoGradGuard no_grad;
  for (Group& group : groups_) {
    const bool is_first = group.gradients.empty();
    for (size_t i = 0; i < group.parameters.size(); ++i) {
      at::Tensor& gradient = group.parameters[i].mutable_grad();
      if (!gradient.defined()) gradient = at::zeros_like(group.parameters[i]);
      if (gradient.scalar_type() == at::kFloat) {
        if (is_first) group.gradients.emplace_back();
        group.gradients[i] = gradient.contiguous();
        continue;
      }
      if (is_first) {
        group.gradients.push_back(gradient.contiguous());
      } else {
        group.gradients[i] = group.gradients[i].to(at::kFloat).add_(gradient);
      }
      gradient.reset();
    }
  }
}

void AdamW::forget_gradients() {
  for (Group& group : groups_) {
    group.gradients.clear();
    for (at::Tensor& parameter : group.parameters) parameter.mutable_grad().reset();
  }
}

void AdamW::reduce_gradients(const Comm& comm) {
  if (comm.world() == 1) return;
  for (Group& group : groups_) {
    for (at::Tensor& gradient : group.gradients) {
      gradient = gradient.to(at::kFloat);
      comm.all_reduce_sum(gradient);
    }
  }
}

UpdateStats AdamW::step(double lr, const at::Tensor& num_targets, const at::Tensor& loss_sum) {
  return step(at::scalar_tensor(lr, at::kDouble), num_targets, loss_sum);
}

UpdateStats AdamW::step(const at::Tensor& lr, const at::Tensor& num_targets,
                        const at::Tensor& loss_sum) {
  const at::NoGradGuard no_grad;
  for (const Group& group : groups_) {
    check(!group.gradients.empty(), "[train] an update without gradients");
  }
  const UpdateStats stats = applied_steps_.is_cpu()
                                ? step_on_cpu(lr.item<double>(), num_targets, loss_sum)
                                : step_on_gpu(lr, num_targets, loss_sum);
  forget_gradients();
  return stats;
}

UpdateStats AdamW::step_on_cpu(double lr, const at::Tensor& num_targets,
                               const at::Tensor& loss_sum) {
  double squares = 0;
  for (const Group& group : groups_) squares += kernels::sum_of_squares(group.gradients);
  const kernels::rows::AdamWDecision decision =
      kernels::rows::adamw_decision(settings(), {.squares = squares,
                                                 .num_targets = num_targets.item<double>(),
                                                 .loss_sum = loss_sum.item<double>(),
                                                 .lr = lr,
                                                 .applied_steps = applied_steps_.item<double>()});
  if (!decision.skipped) {
    applied_steps_.fill_(static_cast<double>(decision.applied_steps));
    for (const Group& group : groups_) {
      std::vector<uint32_t> keys;
      for (const uint32_t bits : group.name_bits) {
        keys.push_back(kernels::rows::random_bits(bits, decision.applied_steps));
      }
      kernels::adamw_update(tensors_of(group, keys), decision.with_decay(group.weight_decay));
    }
  }
  return {at::scalar_tensor(decision.grad_norm, at::kFloat),
          at::scalar_tensor(decision.skipped ? 1.0 : 0.0, at::kFloat)};
}

kernels::rows::AdamWSettings AdamW::settings() const {
  return {.beta1 = config_.beta1,
          .beta2 = config_.beta2,
          .epsilon = config_.epsilon,
          .grad_clip = config_.grad_clip};
}

kernels::AdamWTensors AdamW::tensors_of(const Group& group, std::span<const uint32_t> keys) {
  return {.weights = group.masters,
          .gradients = group.gradients,
          .exp_avgs = group.exp_avgs,
          .exp_avg_sqs = group.exp_avg_sqs,
          .outputs = group.outputs,
          .rounding_keys = keys,
          .exp_avg_scales = group.exp_avg_scales,
          .exp_avg_sq_scales = group.exp_avg_sq_scales};
}

UpdateStats AdamW::step_on_gpu(const at::Tensor& lr, const at::Tensor& num_targets,
                               const at::Tensor& loss_sum) {
  std::vector<at::Tensor> gradients;
  for (const Group& group : groups_) {
    gradients.insert(gradients.end(), group.gradients.begin(), group.gradients.end());
  }
  const kernels::GpuDecision decision = kernels::decide_on_gpu(
      settings(), gradients, {.lr = lr, .num_targets = num_targets, .loss_sum = loss_sum},
      applied_steps_);
  for (const Group& group : groups_) {
    if (group.exp_avg_scales.empty()) {
      kernels::adamw_update_on_gpu(tensors_of(group, group.name_bits), decision,
                                   group.weight_decay);
      continue;
    }
    for (size_t i = 0; i < group.names.size(); ++i) update_coded(group, i, lr, decision);
  }
  return {decision.grad_norm, decision.skipped};
}

void AdamW::update_coded(const Group& group, size_t index, const at::Tensor& lr,
                         const kernels::GpuDecision& decision) {
  const at::Tensor& master = group.masters[index];
  at::Tensor weight = master.to(at::kFloat);  // itself where it is fp32
  const kernels::CodedMoment coded{group.exp_avgs[index], group.exp_avg_scales[index]};
  const kernels::CodedMoment coded_sq{group.exp_avg_sqs[index], group.exp_avg_sq_scales[index]};
  at::Tensor exp_avg = first_codes_->widened(coded);
  at::Tensor exp_avg_sq = second_codes_->widened(coded_sq);
  at::_fused_adamw_(weight, group.gradients[index].to(at::kFloat), exp_avg, exp_avg_sq, {},
                    applied_steps_, lr, config_.beta1, config_.beta2, group.weight_decay,
                    config_.epsilon, /*amsgrad=*/false, /*maximize=*/false, decision.grad_scale,
                    decision.skipped);
  const at::Tensor stays = decision.skipped.to(at::kBool);
  first_codes_->store(exp_avg, stays, coded);
  second_codes_->store(exp_avg_sq, stays, coded_sq);
  if (!master.is_same(weight)) {
    const at::Tensor name_bits = at::full({}, static_cast<int64_t>(group.name_bits[index]),
                                          weight.options().dtype(at::kLong));
    const at::Tensor key = kernels::random_bits(name_bits, applied_steps_.to(at::kLong)).squeeze(0);
    master.copy_(kernels::rounded_at_random(weight, key, kernels::Draw::kSecondLow));
  }
  if (!group.outputs.empty()) group.outputs[index].copy_(master);
}

NamedTensors AdamW::state() const {
  NamedTensors state{{"applied_steps", applied_steps_}};
  if (moment_block_.defined()) state.emplace_back("moment_block", moment_block_);
  for (const Group& group : groups_) {
    for (size_t i = 0; i < group.names.size(); ++i) {
      state.emplace_back("exp_avg." + group.names[i], group.exp_avgs[i]);
      state.emplace_back("exp_avg_sq." + group.names[i], group.exp_avg_sqs[i]);
      if (!group.exp_avg_scales.empty()) {
        state.emplace_back("exp_avg_scales." + group.names[i], group.exp_avg_scales[i]);
        state.emplace_back("exp_avg_sq_scales." + group.names[i], group.exp_avg_sq_scales[i]);
      }
      if (!group.outputs.empty()) {
        state.emplace_back("master." + group.names[i], group.masters[i]);
      }
    }
  }
  return state;
}

}  // namespace assay

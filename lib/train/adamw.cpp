#include "train/adamw.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "error/error.h"
#include "kernels/adamw.h"
#include "kernels/dynamic_code.h"
#include "kernels/random_bits.h"
#include "kernels/stochastic_rounding.h"

namespace assay {

namespace {

// The small term of torch's clip_grad_norm_.
constexpr double kClipEpsilon = 1e-6;

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
  group.steps.push_back(applied_steps_);
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
                                : step_on_device(lr, num_targets, loss_sum);
  forget_gradients();
  return stats;
}

UpdateStats AdamW::step_on_cpu(double lr, const at::Tensor& num_targets,
                               const at::Tensor& loss_sum) {
  double squares = 0;
  for (const Group& group : groups_) squares += kernels::sum_of_squares(group.gradients);
  const auto divisor = num_targets.item<double>();
  const double grad_norm = std::sqrt(squares) / divisor;
  const bool skipped = !std::isfinite(grad_norm) || !std::isfinite(loss_sum.item<double>());
  if (!skipped) {
    double clip = 1;
    if (config_.grad_clip > 0) clip = std::min(1.0, config_.grad_clip / (grad_norm + kClipEpsilon));
    applied_steps_ += 1.0;
    for (Group& group : groups_) {
      const std::vector<at::Tensor> none;
      const bool has_masters = !group.parameters.front().is_same(group.masters.front());
      const std::vector<uint32_t> keys = rounding_keys(group);
      kernels::adamw_update({.weights = group.masters,
                             .gradients = group.gradients,
                             .exp_avgs = group.exp_avgs,
                             .exp_avg_sqs = group.exp_avg_sqs,
                             .outputs = has_masters ? group.parameters : none,
                             .rounding_keys = keys,
                             .exp_avg_scales = group.exp_avg_scales,
                             .exp_avg_sq_scales = group.exp_avg_sq_scales},
                            constants(lr, group.weight_decay, clip / divisor));
    }
  }
  return {at::scalar_tensor(grad_norm, at::kFloat),
          at::scalar_tensor(skipped ? 1.0 : 0.0, at::kFloat)};
}

std::vector<uint32_t> AdamW::rounding_keys(const Group& group) const {
  const auto steps = static_cast<uint32_t>(applied_steps_.item<double>());
  std::vector<uint32_t> keys;
  for (const uint32_t bits : group.name_bits) {
    keys.push_back(kernels::rows::random_bits(bits, steps));
  }
  return keys;
}

kernels::rows::AdamWStep AdamW::constants(double lr, double weight_decay,
                                          double grad_factor) const {
  const auto steps = applied_steps_.item<double>();
  return {.grad_factor = static_cast<float>(grad_factor),
          .beta1 = static_cast<float>(config_.beta1),
          .beta2 = static_cast<float>(config_.beta2),
          .epsilon = static_cast<float>(config_.epsilon),
          .keep = static_cast<float>(1 - lr * weight_decay),
          .rate = static_cast<float>(lr / (1 - std::pow(config_.beta1, steps))),
          .second_factor = static_cast<float>(1 / std::sqrt(1 - std::pow(config_.beta2, steps)))};
}

UpdateStats AdamW::step_on_device(const at::Tensor& lr, const at::Tensor& num_targets,
                                  const at::Tensor& loss_sum) {
  std::vector<at::Tensor> norms;
  for (Group& group : groups_) {
    for (at::Tensor& gradient : group.gradients) gradient = gradient.to(at::kFloat);
    for (at::Tensor& norm : at::_foreach_norm(group.gradients)) norms.push_back(std::move(norm));
  }
  const at::Tensor divisor = num_targets.to(at::kFloat);
  const at::Tensor grad_norm = at::linalg_vector_norm(at::stack(norms)) / divisor;
  const at::Tensor skipped =
      (grad_norm.isfinite() & loss_sum.isfinite()).logical_not().to(at::kFloat);
  at::Tensor clip = at::ones_like(grad_norm);
  if (config_.grad_clip > 0) clip = (config_.grad_clip / (grad_norm + kClipEpsilon)).clamp_max(1.0);
  applied_steps_ += 1.0 - skipped;
  // The kernel divides by grad_scale: mean and clipping cost no pass of their own.
  const at::Tensor grad_scale = divisor / clip;
  for (Group& group : groups_) update_on_device(group, lr, grad_scale, skipped);
  return {grad_norm, skipped};
}

void AdamW::update_on_device(Group& group, const at::Tensor& lr, const at::Tensor& grad_scale,
                             const at::Tensor& skipped) {
  const bool is_rounded = group.masters.front().scalar_type() != at::kFloat ||
                          group.exp_avgs.front().scalar_type() != at::kFloat;
  if (is_rounded) {
    for (size_t i = 0; i < group.names.size(); ++i) {
      update_rounded(group, i, lr, grad_scale, skipped);
    }
    return;
  }
  at::_fused_adamw_(group.masters, group.gradients, group.exp_avgs, group.exp_avg_sqs, {},
                    group.steps, lr, config_.beta1, config_.beta2, group.weight_decay,
                    config_.epsilon, /*amsgrad=*/false, /*maximize=*/false, grad_scale, skipped);
  for (size_t i = 0; i < group.parameters.size(); ++i) {
    const bool has_master = !group.parameters[i].is_same(group.masters[i]);
    if (has_master) group.parameters[i].copy_(group.masters[i]);
  }
}

void AdamW::update_rounded(Group& group, size_t index, const at::Tensor& lr,
                           const at::Tensor& grad_scale, const at::Tensor& skipped) {
  using kernels::Draw;
  at::Tensor weight = group.masters[index].to(at::kFloat);  // itself where it is fp32
  kernels::CodedMoment coded;
  kernels::CodedMoment coded_sq;
  const bool is_coded = !group.exp_avg_scales.empty();
  if (is_coded) {
    coded = {group.exp_avgs[index], group.exp_avg_scales[index]};
    coded_sq = {group.exp_avg_sqs[index], group.exp_avg_sq_scales[index]};
  }
  at::Tensor exp_avg =
      is_coded ? first_codes_->widened(coded) : group.exp_avgs[index].to(at::kFloat);
  at::Tensor exp_avg_sq =
      is_coded ? second_codes_->widened(coded_sq) : group.exp_avg_sqs[index].to(at::kFloat);
  at::_fused_adamw_(weight, group.gradients[index], exp_avg, exp_avg_sq, {}, applied_steps_, lr,
                    config_.beta1, config_.beta2, group.weight_decay, config_.epsilon,
                    /*amsgrad=*/false, /*maximize=*/false, grad_scale, skipped);
  const at::Tensor name_bits =
      at::full({}, static_cast<int64_t>(group.name_bits[index]), weight.options().dtype(at::kLong));
  const at::Tensor key = kernels::random_bits(name_bits, applied_steps_.to(at::kLong)).squeeze(0);
  const auto keep = [&](at::Tensor& kept, const at::Tensor& wide, Draw draw) {
    if (!kept.is_same(wide)) kept.copy_(kernels::rounded_at_random(wide, key, draw));
  };
  if (is_coded) {
    const at::Tensor stays = skipped.to(at::kBool);
    first_codes_->store(exp_avg, stays, coded);
    second_codes_->store(exp_avg_sq, stays, coded_sq);
  } else {
    keep(group.exp_avgs[index], exp_avg, Draw::kFirstLow);
    keep(group.exp_avg_sqs[index], exp_avg_sq, Draw::kFirstHigh);
  }
  keep(group.masters[index], weight, Draw::kSecondLow);
  const bool has_master = !group.parameters[index].is_same(group.masters[index]);
  if (has_master) group.parameters[index].copy_(group.masters[index]);
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
      if (!group.parameters[i].is_same(group.masters[i])) {
        state.emplace_back("master." + group.names[i], group.masters[i]);
      }
    }
  }
  return state;
}

}  // namespace assay

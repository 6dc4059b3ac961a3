#pragma once

namespace assay {

/// Every metric of this program, by the index of its row in kCatalogue.
enum class Metric {
  kBuildInfo,
  kRunInfo,
  kDeviceInfo,
  kSteps,
  kSkippedSteps,
  kTokens,
  kModelFlops,
  kStepDuration,
  kDeviceSeconds,
  kPhaseDeviceSeconds,
  kGpuSeconds,
  kPhaseGpuSeconds,
  kOverlappedCommSeconds,
  kStep,
  kPlannedSteps,
  kLastStepTimestamp,
  kLoss,
  kAuxLoss,
  kValidationLoss,
  kGradNorm,
  kLearningRate,
  kTokensPerSecond,
  kMfu,
  kMoeLoadMax,
  kMoeLoadMin,
  kMoeLoadEntropy,
  kMoeMeanViolation,
  kMoeScoreEntropy,
  kMoeBiasMax,
  kMoeDropped,
  kEnergy,
  kEnergyCheck,
  kPower,
  kEnergySourceAvailable,
  kEnergyFaults,
  kCost,
  kPrice,
  kBudget,
  kRunCost,
  kProjectedRunCost,
  kGpuThrottled,
  kGpuEccErrors,
  kCheckpoints,
  kCheckpointDuration,
  kLastCheckpointTimestamp,
  kLastCheckpointStep,
  kWarnings,
  kRefusedUpdates,
  kInferenceTokens,
  kInferenceSeconds,
  kTimeToFirstToken,
  kInferenceTokensPerSecond,
  kKvCachePerSequence,
  kInferenceEnergyPerToken,
  kInferencePrice,
  kClaimInfo,
  kClaimClaimed,
  kClaimRecomputed,
  kClaimRecomputedLower,
  kClaimRecomputedUpper,
  kClaimRatio,
  kClaimImpliedMfu,
  kClaimVerdict,
  kAuditTimestamp,
};

/// Rows from here on come from commands that generate text; a training process has none of them.
inline constexpr Metric kFirstInferenceMetric = Metric::kInferenceTokens;

/// Rows from here on come from `assay audit --metrics`; a training process has none of them.
inline constexpr Metric kFirstAuditMetric = Metric::kClaimInfo;

}  // namespace assay

#!/bin/bash
# slurm/train.sbatch with an srun and a scontrol that are not Slurm's: what is started, and what a preemption does.
set -euo pipefail
script=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/srun" <<'S'
#!/bin/bash
echo "$*" >>"$FOLDER/started"
[[ -n ${WAIT_FOR_TERM:-} ]] && { trap 'exit 75' TERM; touch "$FOLDER/ready"; while :; do sleep 0.05; done; }
exit "$CODE"
S
printf '#!/bin/bash\necho "$*" >>"$FOLDER/requeued"\n' >"$folder/scontrol"
chmod +x "$folder"/*
export FOLDER=$folder SLURM_JOB_ID=42 CONFIG=run.toml RUN=runs/a PATH="$folder:/usr/bin:/bin"

fail() {
  echo "slurm_test: $1" >&2
  exit 1
}
for code in 0 7 5; do
  status=0
  CODE=$code bash "$script" || status=$?
  ((status == code)) || fail "exit $status instead of $code"
done
[[ ! -e $folder/requeued ]] || fail "requeued without a preemption"
grep -q -- 'assay train --config run.toml --out runs/a --resume auto' "$folder/started" || fail "not started"
status=0
CODE=75 bash "$script" || status=$?
((status == 75)) || fail "exit $status instead of 75"
[[ $(cat "$folder/requeued") == "requeue 42" ]] || fail "not requeued after exit 75"

rm "$folder/requeued"
WAIT_FOR_TERM=1 bash "$script" &
job=$!
for _ in {1..200}; do [[ -e $folder/ready ]] && break; sleep 0.05; done
kill -TERM "$job"
status=0
wait "$job" || status=$?
((status == 75)) || fail "exit $status instead of 75 after SIGTERM"
[[ $(cat "$folder/requeued") == "requeue 42" ]] || fail "not requeued after SIGTERM"
status=0
(unset RUN; bash "$script") 2>/dev/null || status=$?
((status != 0)) || fail "started without a run directory"
echo "slurm_test: fine"

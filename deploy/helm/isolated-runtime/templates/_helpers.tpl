{{/* The values of a pool: those of all executors, and what it says otherwise. Takes { root, pool }. */}}
{{- define "isolated-runtime.pool" -}}
{{- mergeOverwrite (deepCopy .root.Values.executor) (.pool | default dict) | toYaml -}}
{{- end -}}

{{- define "isolated-runtime.fullname" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}{{ end -}}
{{- end -}}

{{/* Takes { root, name }. */}}
{{- define "isolated-runtime.poolname" -}}
{{- printf "%s-%s" (include "isolated-runtime.fullname" .root) .name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "isolated-runtime.release" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "isolated-runtime.common" -}}
{{ include "isolated-runtime.release" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{/* What the pods of a pool are known by. Takes { root, name }. */}}
{{- define "isolated-runtime.selector" -}}
{{ include "isolated-runtime.release" .root }}
app.kubernetes.io/component: executor
isolated-runtime/pool: {{ .name }}
{{- end -}}

{{- define "isolated-runtime.image" -}}
{{- if .Values.image.digest }}{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else }}{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end -}}
{{- end -}}

{{/*
Memory of a pod in MB, from the values of its pool: the executor, idle cells, and for each slot what a run may come to hold (its heap,
as much outside of it, and 140 for V8). Of that, 15 % stay free: the executor ends cells before the kernel ends processes.
*/}}
{{- define "isolated-runtime.memoryMb" -}}
{{- $run := add (mul 2 (int .guestMemoryMb)) 140 -}}
{{- $used := add (int .executorMb) (int .idleCellsMb) (mul (int .slots) $run) -}}
{{- div (add (mul $used 100) 84) 85 -}}
{{- end -}}

{{/* A PromQL selector of the metrics of one pool. Takes { root, queue }. */}}
{{- define "isolated-runtime.promql" -}}
{namespace="{{ .root.Release.Namespace }}",queue="{{ .queue }}"}
{{- end -}}

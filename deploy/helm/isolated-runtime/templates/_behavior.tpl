{{/*
Up at once, at most doubled every 15 seconds. Down one pod at a time, and no sooner than the last one has drained: a run that
does not finish within the grace starts again elsewhere. Takes the values of a pool.
*/}}
{{- define "isolated-runtime.behavior" -}}
scaleUp:
  stabilizationWindowSeconds: 0
  selectPolicy: Max
  policies:
    - type: Percent
      value: 100
      periodSeconds: 15
    - type: Pods
      value: 4
      periodSeconds: 15
scaleDown:
  stabilizationWindowSeconds: 300
  policies:
    - type: Pods
      value: 1
      periodSeconds: {{ max 60 (add (int .drainGraceSeconds) (int .preStopSeconds) 5) }}
{{- end -}}
